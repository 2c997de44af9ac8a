import type { WorkspaceDeps } from '../deps.ts'
import { FlowNotFound } from './flow-errors.ts'

/** Nothing enters any more. What it has done stays to be looked at, and what is under way is finished. */
export async function deleteFlow(
  deps: Pick<WorkspaceDeps, 'flows' | 'config'>,
  id: string,
): Promise<{ id: string }> {
  if (!(await deps.flows.remove(id))) throw new FlowNotFound(id)
  await deps.config.bump()
  return { id }
}
