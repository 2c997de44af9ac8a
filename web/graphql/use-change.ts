import type { TadaDocumentNode } from 'gql.tada'
import { useState } from 'react'
import type { AnyVariables } from 'urql'
import { wordOf } from '../i18n/word-of.ts'
import { useAction } from './use-action.ts'

/** What the hub says instead of doing it. */
interface Refusal {
  code: string
  message: string
}

interface FieldProblem {
  path: string
  message: string
}

/** A change, and why it was not made. */
export interface Change<Answer, Variables> {
  /** Resolves to what was made, or to nothing where it was refused or no answer came; `problem` then says why. */
  send: (variables: Variables) => Promise<Exclude<Answer, Refusal> | undefined>
  isBusy: boolean
  /** In the reader's language, for the place where it was asked for. */
  problem: string | undefined
}

/**
 * Asks for a change that the hub may refuse. Of a form, `show` takes what is wrong with single fields and gives back
 * what belongs to none of them.
 */
export function useChange<Data, Variables extends AnyVariables, Answer extends object>(
  mutation: TadaDocumentNode<Data, Variables>,
  answerOf: (data: Data) => Answer,
  show: (problems: readonly FieldProblem[]) => readonly FieldProblem[] = (problems) => problems,
): Change<Answer, Variables> {
  const { run, isBusy, failure } = useAction(mutation)
  const [refusal, setRefusal] = useState<string>()

  async function send(variables: Variables): Promise<Exclude<Answer, Refusal> | undefined> {
    setRefusal(undefined)
    const data = await run(variables)
    if (data === undefined) return undefined
    const answer = answerOf(data)
    if (isAccepted(answer)) return answer
    if (isRefusal(answer)) setRefusal(show(problemsOf(answer))[0]?.message)
    return undefined
  }
  return { send, isBusy, problem: refusal ?? failure }
}

function isAccepted<Answer extends object>(answer: Answer): answer is Exclude<Answer, Refusal> {
  return !isRefusal(answer)
}

function isRefusal(answer: object): answer is Refusal {
  return 'code' in answer && 'message' in answer
}

/** Field by field where the hub says so; else the whole, in our words for its code. */
function problemsOf({ code, message, ...rest }: Refusal): readonly FieldProblem[] {
  const problems: unknown = 'problems' in rest ? rest.problems : undefined
  if (Array.isArray(problems) && problems.length > 0) return problems.filter(isFieldProblem)
  // Every one of these is about what was typed in as the new password.
  const path = code.startsWith('password_') ? 'password' : ''
  return [{ path, message: wordOf('error', code, { ...rest }, message) }]
}

function isFieldProblem(problem: unknown): problem is FieldProblem {
  return typeof problem === 'object' && problem !== null && 'path' in problem && 'message' in problem
}
