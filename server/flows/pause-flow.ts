import type { WorkspaceDeps } from '../deps.ts'
import { FlowNotFound, FlowNotPublished } from './flow-errors.ts'
import type { Flow } from './flow.ts'

type Deps = Pick<WorkspaceDeps, 'flows' | 'config' | 'now'>

/** Nothing enters any more; events say so, and can be sent through later. What is under way goes on. */
export function pauseFlow(deps: Deps, id: string): Promise<Flow> {
  const pausedAt = deps.now()
  return setState(deps, id, { state: 'paused', pausedAt, updatedAt: pausedAt })
}

/** Events enter again. Those of the meantime are not made up for by themselves: `replayEvents` does it. */
export function resumeFlow(deps: Deps, id: string): Promise<Flow> {
  return setState(deps, id, { state: 'on', updatedAt: deps.now() })
}

async function setState(
  deps: Deps,
  id: string,
  change: Pick<Flow, 'state' | 'updatedAt'> & { pausedAt?: Date },
): Promise<Flow> {
  const flow = await deps.flows.find(id)
  if (!flow) throw new FlowNotFound(id)
  if (flow.publishedVersion === undefined) throw new FlowNotPublished()
  // Of two people who pause it, the first says when the pause began: events are kept out under that name already.
  const changed = await deps.flows.change(id, change, { state: change.state === 'on' ? 'paused' : 'on' })
  const now = changed ?? (await deps.flows.find(id))
  if (!now) throw new FlowNotFound(id)
  await deps.config.bump()
  return now
}
