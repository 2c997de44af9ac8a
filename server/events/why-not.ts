import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { whyNotTriggered } from '../pipeline/match-flows.ts'
import type { HubEvent } from './event-store.ts'

type Flow = Awaited<ReturnType<WorkspaceDeps['flows']['published']>>[number]
type FlowVersion = Awaited<ReturnType<WorkspaceDeps['flows']['versionsOf']>>[number]

/** What became of one event at one flow. */
export interface FlowOutcome {
  flow: Flow
  /** The version that was in force, if one was. */
  version: number | undefined
  outcome: 'entered' | 'not_matched'
  runId: string | undefined
  /** Why the flow did not run. */
  reason: Reason | undefined
}

/** More flows than that are not explained at once. */
export const FLOWS_MAX = 500

/**
 * The answer to "why did it not run?" for every published flow. What the pipeline decided is on the event; a flow that
 * was not even asked is explained by the version in force when the event came.
 */
export async function whyNot(deps: Pick<WorkspaceDeps, 'flows'>, event: HubEvent): Promise<FlowOutcome[]> {
  const flows = await deps.flows.published(FLOWS_MAX)
  const asked = new Map(event.matches.map((match) => [match.flowId, match]))
  const others = flows.filter(({ id }) => !asked.has(id))
  const versions = others.length > 0 ? await deps.flows.versionsOf(others.map(({ id }) => id)) : []
  const byFlow = Map.groupBy(versions, ({ flowId }) => flowId)
  return flows.map((flow): FlowOutcome => {
    const match = asked.get(flow.id)
    if (match) {
      return {
        flow,
        version: match.version,
        outcome: match.outcome,
        runId: match.runId,
        reason: match.reason,
      }
    }
    const inForce = byFlow.get(flow.id)?.find(({ publishedAt }) => publishedAt <= event.recordedAt)
    const reason = reasonOf(event, inForce, flow)
    return { flow, version: inForce?.version, outcome: 'not_matched', runId: undefined, reason }
  })
}

function reasonOf(event: HubEvent, version: FlowVersion | undefined, flow: Flow): Reason {
  if (!version) return { code: 'published_later', data: { event_at: event.recordedAt.toISOString() } }
  // It listened, and nothing is written down: the event is stored and its turn has not come, or it came first.
  return whyNotTriggered(version, event) ?? { code: 'not_handled_yet', data: { flow: flow.id } }
}
