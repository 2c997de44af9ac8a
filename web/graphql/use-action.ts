import type { TadaDocumentNode } from 'gql.tada'
import { useState } from 'react'
import { useMutation } from 'urql'
import type { AnyVariables, CombinedError } from 'urql'
import { isSignedOut } from '../app/api-client.ts'
import { failureWords } from '../app/failure-words.ts'
import { useSession } from '../app/session.ts'

/** A change that can be asked for. */
export interface ChangeAction<Data, Variables> {
  /** Resolves to the answer, or to nothing where none came; `failure` then says why. */
  run: (variables: Variables) => Promise<Data | undefined>
  isBusy: boolean
  /** Why no answer came. What the hub refuses for a reason of its own is an answer. */
  failure: string | undefined
}

/** Asks the hub to change something. */
export function useAction<Data, Variables extends AnyVariables>(
  mutation: TadaDocumentNode<Data, Variables>,
): ChangeAction<Data, Variables> {
  const [{ fetching }, execute] = useMutation<Data, Variables>(mutation)
  const [failed, setFailed] = useState<CombinedError>()
  const isOver = useSession()
  // Once somebody has signed in again nothing is in the way any more.
  const isMended = failed !== undefined && isSignedOut(failed) && !isOver
  return {
    isBusy: fetching,
    failure: failed && !isMended ? failureWords(failed) : undefined,
    async run(variables) {
      setFailed(undefined)
      const { data, error } = await execute(variables)
      setFailed(error)
      return error ? undefined : data
    },
  }
}
