import type { TadaDocumentNode } from 'gql.tada'
import { useEffect, useSyncExternalStore } from 'react'
import { useQuery } from 'urql'
import type { AnyVariables } from 'urql'
import { failureWords } from '../app/failure-words.ts'
import { reachability } from '../app/reachability.ts'

/** What a page shows: data, or why there is none, or that it is on its way. */
export interface Loaded<Data> {
  data: Data | undefined
  /** Why it could not be loaded. Data from before may be there as well. */
  failure: string | undefined
  /** Nothing to show yet. */
  isLoading: boolean
  reload: () => void
}

/** Asks the hub and asks again when it has been out of reach. Ask for nothing with `pause`. */
export function useData<Data, Variables extends AnyVariables>(
  query: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  pause = false,
): Loaded<Data> {
  const [{ data, error, fetching, stale }, execute] = useQuery<Data, Variables>({ query, variables, pause })
  const recoveries = useSyncExternalStore(reachability.subscribe, reachability.recoveries)
  useEffect(() => {
    if (recoveries > 0 && !pause) execute({ requestPolicy: 'network-only' })
  }, [recoveries, execute, pause])

  return {
    data,
    failure: error && !stale ? failureWords(error) : undefined,
    isLoading: fetching && data === undefined,
    reload: () => execute({ requestPolicy: 'network-only' }),
  }
}
