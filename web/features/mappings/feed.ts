import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import type { Origin } from './origins.ts'

export const FeedFields = graphql(`
  fragment FeedFields on Mapping {
    id
    usedBy {
      draft {
        trigger {
          connectionId
          events
        }
        steps {
          id
          name
          mappingId
          connectionId
          action {
            name
          }
          connection {
            connector {
              logo
            }
          }
        }
      }
    }
  }
`)

/** What feeds a mapping, and where it is sent. */
export interface Feed {
  eventTypes: readonly string[]
  /** Absent: events of any connection. */
  sourceConnectionId: string | undefined
  connectionId: string | undefined
  /** The steps before it, whose results it can read. */
  steps: Readonly<Record<string, Origin>>
}

/** As given by the page that the editor is on; else as the first flow says that uses the mapping. */
export function readFeed(
  mapping: FragmentOf<typeof FeedFields>,
  given: {
    connectionId: string | undefined
    eventTypes: readonly string[] | undefined
    sourceConnectionId: string | undefined
  },
): Feed {
  const { id, usedBy } = readFragment(FeedFields, mapping)
  const flow = usedBy[0]?.draft
  const at = flow?.steps.findIndex(({ mappingId }) => mappingId === id) ?? -1
  const before = flow?.steps.slice(0, Math.max(at, 0)) ?? []
  return {
    eventTypes: given.eventTypes ?? flow?.trigger.events ?? [],
    sourceConnectionId: given.eventTypes
      ? given.sourceConnectionId
      : (given.sourceConnectionId ?? flow?.trigger.connectionId ?? undefined),
    connectionId: given.connectionId ?? flow?.steps[at]?.connectionId,
    steps: Object.fromEntries(
      before.map(({ id: step, name, action, connection }) => [
        step,
        { name: name || (action?.name ?? step), logo: connection?.connector?.logo ?? null },
      ]),
    ),
  }
}
