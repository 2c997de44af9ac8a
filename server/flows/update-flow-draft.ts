import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { FlowChangedMeanwhile, FlowNotFound } from './flow-errors.ts'
import type { Flow } from './flow.ts'
import { parseDefinition } from './parse-definition.ts'
import type { GivenDefinition } from './parse-definition.ts'

/**
 * Changes name and draft; what is published goes on as it is. `revision` is that of the draft the change was made to: if
 * somebody else saved meanwhile, theirs is not overwritten.
 */
export async function updateFlowDraft(
  deps: Pick<WorkspaceDeps, 'flows' | 'config' | 'newId' | 'now'>,
  id: string,
  input: { name?: string | null; definition?: GivenDefinition | null; revision?: number | null },
): Promise<Flow> {
  const changed = await deps.flows.change(
    id,
    {
      ...(typeof input.name === 'string' ? { name: parseName(input.name) } : {}),
      ...(input.definition ? { draft: parseDefinition(input.definition, deps.newId) } : {}),
      updatedAt: deps.now(),
    },
    input.revision ?? undefined,
  )
  if (!changed) throw (await deps.flows.find(id)) ? new FlowChangedMeanwhile() : new FlowNotFound(id)
  if (typeof input.name === 'string') await deps.config.bump()
  return changed
}
