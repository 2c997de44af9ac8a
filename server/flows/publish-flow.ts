import { isDeepStrictEqual } from 'node:util'
import type { WorkspaceDeps } from '../deps.ts'
import { findFlowGaps } from './find-flow-gaps.ts'
import { FlowChangedMeanwhile, FlowIncomplete, FlowNotFound, FlowVersionNotFound } from './flow-errors.ts'
import type { Flow, FlowDefinition } from './flow.ts'
import { resumeFlow } from './pause-flow.ts'

type Deps = Pick<
  WorkspaceDeps,
  'flows' | 'connections' | 'connectors' | 'mappings' | 'formulas' | 'config' | 'workspaceId' | 'now'
>

/**
 * Turns a draft on, as a new version that never changes. A flow that cannot succeed is refused here, because otherwise
 * the first thing to fail would be a real customer's event. `revision` is that of the draft that was looked at: what
 * somebody else made of it meanwhile is not published unseen.
 */
export async function publishFlow(
  deps: Deps,
  id: string,
  publishedBy: string,
  revision?: number | null,
): Promise<Flow> {
  const flow = await deps.flows.find(id)
  if (!flow) throw new FlowNotFound(id)
  if (typeof revision === 'number' && revision !== flow.draftRevision) throw new FlowChangedMeanwhile()
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

/** What runs already makes no other version: that would look like a change to whoever reads the history. */
async function publish(
  deps: Deps,
  flow: Flow,
  definition: FlowDefinition,
  publishedBy: string,
): Promise<Flow> {
  const gaps = await findFlowGaps(deps, definition)
  if (gaps.length > 0) throw new FlowIncomplete(gaps)

  const running = await publishedOf(deps, flow)
  if (isDeepStrictEqual(running, definition)) return flow.state === 'on' ? flow : resumeFlow(deps, flow.id)

  const publishedAt = deps.now()
  const { workspaceId } = deps
  const version = await deps.flows.publish(flow, {
    flowId: flow.id,
    workspaceId,
    version: flow.latestVersion + 1,
    definition,
    publishedAt,
    publishedBy,
  })
  if (version === undefined) throw new FlowChangedMeanwhile()
  await deps.config.bump()
  return { ...flow, state: 'on', publishedVersion: version, latestVersion: version, updatedAt: publishedAt }
}

async function publishedOf(
  { flows }: Pick<Deps, 'flows'>,
  { id, publishedVersion }: Flow,
): Promise<FlowDefinition | undefined> {
  if (publishedVersion === undefined) return undefined
  return (await flows.version(id, publishedVersion))?.definition
}
