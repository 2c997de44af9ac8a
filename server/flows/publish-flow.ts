import type { WorkspaceDeps } from '../deps.ts'
import { findFlowGaps } from './find-flow-gaps.ts'
import { FlowChangedMeanwhile, FlowIncomplete, FlowNotFound, FlowVersionNotFound } from './flow-errors.ts'
import type { Flow, FlowDefinition } from './flow.ts'

type Deps = Pick<
  WorkspaceDeps,
  'flows' | 'connections' | 'connectors' | 'mappings' | 'formulas' | 'config' | 'workspaceId' | 'now'
>

/**
 * Turns a draft on, as a new version that never changes. A flow that cannot succeed is refused here, because otherwise
 * the first thing to fail would be a real customer's event.
 */
export async function publishFlow(deps: Deps, id: string, publishedBy: string): Promise<Flow> {
  const flow = await deps.flows.find(id)
  if (!flow) throw new FlowNotFound(id)
  return publish(deps, flow, flow.draft, publishedBy)
}

/** Publishes what an earlier version did as a new version, so that the history shows the way back as well. */
export async function rollBackFlow(
  deps: Deps,
  id: string,
  version: number,
  publishedBy: string,
): Promise<Flow> {
  const flow = await deps.flows.find(id)
  if (!flow) throw new FlowNotFound(id)
  const earlier = await deps.flows.version(id, version)
  if (!earlier) throw new FlowVersionNotFound(version)
  return publish(deps, flow, earlier.definition, publishedBy)
}

async function publish(
  deps: Deps,
  flow: Flow,
  definition: FlowDefinition,
  publishedBy: string,
): Promise<Flow> {
  const gaps = await findFlowGaps(deps, definition)
  if (gaps.length > 0) throw new FlowIncomplete(gaps)

  const publishedAt = deps.now()
  const version = flow.latestVersion + 1
  const { workspaceId } = deps
  const won = await deps.flows.publish(flow, {
    flowId: flow.id,
    workspaceId,
    version,
    definition,
    publishedAt,
    publishedBy,
  })
  if (!won) throw new FlowChangedMeanwhile()
  await deps.config.bump()
  return { ...flow, state: 'on', publishedVersion: version, latestVersion: version, updatedAt: publishedAt }
}
