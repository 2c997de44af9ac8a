import type { WorkspaceDeps } from '../deps.ts'
import { FlowNotFound, FlowNotPublished } from './flow-errors.ts'
import type { Flow } from './flow.ts'

type Deps = Pick<WorkspaceDeps, 'flows' | 'config' | 'now'>

/** Nothing enters any more; events say so, and can be replayed later. What is under way goes on. */
export function pauseFlow(deps: Deps, id: string): Promise<Flow> {
  return setState(deps, id, 'paused')
}

/** Events enter again. Those of the meantime are not made up for by themselves: replay their receipts. */
export function resumeFlow(deps: Deps, id: string): Promise<Flow> {
  return setState(deps, id, 'on')
}

async function setState(deps: Deps, id: string, state: Flow['state']): Promise<Flow> {
  const flow = await deps.flows.find(id)
  if (!flow) throw new FlowNotFound(id)
  if (flow.publishedVersion === undefined) throw new FlowNotPublished()
  const changed = await deps.flows.change(id, { state, updatedAt: deps.now() })
  if (!changed) throw new FlowNotFound(id)
  await deps.config.bump()
  return changed
}
