import type { TadaDocumentNode } from 'gql.tada'
import { useState } from 'react'
import { useMutation } from 'urql'
import type { AnyVariables } from 'urql'
import { failureWords } from '../app/failure-words.ts'

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
  const [failure, setFailure] = useState<string>()
  return {
    isBusy: fetching,
    failure,
    async run(variables) {
      setFailure(undefined)
      const { data, error } = await execute(variables)
      if (error) setFailure(failureWords(error))
      return error ? undefined : data
    },
  }
}
