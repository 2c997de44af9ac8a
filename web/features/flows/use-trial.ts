import { useEffect, useEffectEvent, useState } from 'react'
import { useMay } from '../../app/me.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { useKept } from '../../graphql/use-kept.ts'
import { ContactNameFields } from '../contacts/ContactName.tsx'
import type { Definition } from './definition.ts'

const TrialQuery = graphql(
  `
    query TryFilter($trigger: FlowTriggerInput!, $filter: JSON) {
      tryFilter(trigger: $trigger, filter: $filter, last: 25) {
        __typename
        ... on FilterTrial {
          lastWeek
          isMadeUp
          tried {
            passes
            reason {
              code
              data
            }
            event {
              id
              name
              recordedAt
              contact {
                ...ContactNameFields
              }
            }
          }
          fields {
            path
            kind
            examples
          }
        }
      }
    }
  `,
  [ContactNameFields],
)

export type Trial = Extract<ResultOf<typeof TrialQuery>['tryFilter'], { __typename: 'FilterTrial' }>

/** Typing goes on; what is typed is tried once it stops. */
const GATHER_MS = 400

/** How *when* and *only if* would have fared with what really came. For those who may change flows. */
export function useTrial({ trigger, filter }: Pick<Definition, 'trigger' | 'filter'>): {
  trial: Trial | undefined
  failure: string | undefined
  /** Nothing is known of it yet, nor why not. */
  isLoading: boolean
  reload: () => void
} {
  const asked = useSettled({ trigger: { ...trigger, events: [...trigger.events] }, filter })
  const isPaused = !useMay('marketer') || trigger.events.length === 0
  const { data, failure, isLoading, reload } = useData(TrialQuery, asked, isPaused)
  // While a condition is being written, how the one before fared stays.
  const answer = useKept(data)?.tryFilter
  return {
    trial: answer?.__typename === 'FilterTrial' ? answer : undefined,
    failure,
    isLoading: isLoading && answer === undefined,
    reload,
  }
}

/** The value as it was when it last stood still. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  const settle = useEffectEvent(() => setSettled(value))
  const text = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(), GATHER_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
