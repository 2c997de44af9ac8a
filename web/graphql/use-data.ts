import type { TadaDocumentNode } from 'gql.tada'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { createRequest, useQuery } from 'urql'
import type { AnyVariables } from 'urql'
import { failureWords } from '../app/failure-words.ts'
import { reachability } from '../app/reachability.ts'
import { useKept } from './use-kept.ts'

/** What a page shows: data, or why there is none, or that it is on its way. */
export interface Loaded<Data> {
  data: Data | undefined
  /** Why it could not be loaded. Data from before may be there as well. */
  failure: string | undefined
  /** Nothing to show yet. */
  isLoading: boolean
  reload: () => void
}

/**
 * Asks the hub and asks again when it has been out of reach. Ask for nothing with `pause`. What is not there in an answer
 * that came whole is not there; of an answer with a failure nobody knows, so it counts as none.
 */
export function useData<Data, Variables extends AnyVariables>(
  query: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  pause = false,
): Loaded<Data> {
  const [{ data: answer, error, fetching, stale, operation }, execute] = useQuery<Data, Variables>({
    query,
    variables,
    pause,
  })
  const recoveries = useSyncExternalStore(reachability.subscribe, reachability.recoveries)
  useEffect(() => {
    if (recoveries > 0 && !pause) execute({ requestPolicy: 'network-only' })
  }, [recoveries, execute, pause])

  // Asking again calls off what is being asked: with news coming faster than answers, none would ever arrive.
  const [isDue, setIsDue] = useState(false)
  const isAsking = fetching || stale
  useEffect(() => {
    if (!isDue || isAsking) return
    setIsDue(false)
    execute({ requestPolicy: 'network-only' })
  }, [isDue, isAsking, execute])

  // Until the answer comes there is the one to the question before.
  const { key } = createRequest(query, variables)
  const isOfThis = operation?.key === key
  const whole = isOfThis && !error && answer ? { key, data: answer } : undefined
  const kept = useKept(whole)
  const data = kept?.key === key ? kept.data : undefined
  const failure = isOfThis && error && !stale ? failureWords(error) : undefined

  return {
    data,
    failure,
    isLoading: !pause && data === undefined && failure === undefined,
    reload: () => setIsDue(true),
  }
}
