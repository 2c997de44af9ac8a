import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { FlowNotFound } from './flow-errors.ts'
import type { Flow } from './flow.ts'
import { parseDefinition } from './parse-definition.ts'
import type { GivenDefinition } from './parse-definition.ts'

/** Changes name and draft; what is published goes on as it is. */
export async function updateFlowDraft(
  deps: Pick<WorkspaceDeps, 'flows' | 'config' | 'newId' | 'now'>,
  id: string,
  input: { name?: string | null; definition?: GivenDefinition | null },
): Promise<Flow> {
  const changed = await deps.flows.change(id, {
    ...(typeof input.name === 'string' ? { name: parseName(input.name) } : {}),
    ...(input.definition ? { draft: parseDefinition(input.definition, deps.newId) } : {}),
    updatedAt: deps.now(),
  })
  if (!changed) throw new FlowNotFound(id)
  if (typeof input.name === 'string') await deps.config.bump()
  return changed
}
