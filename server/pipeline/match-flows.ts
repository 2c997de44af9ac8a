import { isLargerThan } from '../../mappings/is-larger-than.ts'
import type { MappingInput } from '../../mappings/mapping.ts'
import type { FlowMatch, HubEvent } from '../events/event-store.ts'
import { evaluateCondition } from '../flows/evaluate-condition.ts'
import type { LiveFlow } from '../flows/flow-directory.ts'
import { namedId } from '../platform/named-id.ts'

/** A flow that an event enters. */
export interface Entering {
  flow: LiveFlow
  runId: string
  entryKey: string
}

const ACTUAL_CHARS_MAX = 200

export interface Matched {
  matches: FlowMatch[]
  entering: Entering[]
}

/** Decides for each flow whether this event enters it, and says why where not, with the value that was in the way. */
export function matchFlows(event: HubEvent, flows: readonly LiveFlow[], input: MappingInput): Matched {
  const matched: Matched = { matches: [], entering: [] }
  for (const flow of flows) {
    const { id: flowId, version } = flow
    const reason = reasonAgainst(flow, event, input)
    if (reason) {
      matched.matches.push({ flowId, version, outcome: 'not_matched', reason })
      continue
    }
    const entryKey = entryKeyOf(flow, event)
    const runId = namedId('run', flowId, entryKey)
    matched.matches.push({ flowId, version, outcome: 'entered', runId })
    matched.entering.push({ flow, runId, entryKey })
  }
  return matched
}

/** What a flow listens to instead of this event; nothing where it listens to it. */
export function whyNotTriggered(
  { definition }: Pick<LiveFlow, 'definition'>,
  event: HubEvent,
): FlowMatch['reason'] {
  const { connectionId, events } = definition.trigger
  if (!events.includes(event.name)) return { code: 'other_event', data: { wants: events, was: event.name } }
  if (connectionId !== undefined && connectionId !== event.connectionId) {
    return { code: 'other_connection', data: { wants: connectionId, was: event.connectionId } }
  }
  return undefined
}

function reasonAgainst(flow: LiveFlow, event: HubEvent, input: MappingInput): FlowMatch['reason'] {
  const { state, pausedAt, definition } = flow
  const other = whyNotTriggered(flow, event)
  if (other) return other
  if (state === 'paused') {
    return { code: 'flow_paused', ...(pausedAt ? { data: { since: pausedAt.toISOString() } } : {}) }
  }
  if (definition.entry === 'once_per_contact' && !event.contactId) return { code: 'contact_unknown' }
  if (!definition.filter) return undefined
  try {
    const result = evaluateCondition(definition.filter, input)
    if (result.holds) return undefined
    const { because } = result
    return { code: 'filter_false', data: { ...because, actual: shortened(because.actual) } }
  } catch (err) {
    // One flow's mistake: thrown on, it would be tried again for ever with every other event of its batch.
    return { code: 'filter_failed', data: { message: err instanceof Error ? err.message : String(err) } }
  }
}

/** Every flow keeps with the event which value it met: the beginning tells enough of a long one. */
function shortened(value: unknown): unknown {
  const text =
    typeof value === 'string' ? value : isLargerThan(value, ACTUAL_CHARS_MAX) ? JSON.stringify(value) : ''
  return text.length > ACTUAL_CHARS_MAX ? `${text.slice(0, ACTUAL_CHARS_MAX)}…` : value
}

/** By default every event is its own entry; a replay of the same event is the same entry. */
function entryKeyOf({ definition }: LiveFlow, event: HubEvent): string {
  return definition.entry === 'once_per_contact' ? (event.contactId ?? event.id) : event.id
}
