import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { RenamedMeanwhile, stillNamed } from '../renamed-meanwhile.ts'
import { FlowChangedMeanwhile, FlowNotFound } from './flow-errors.ts'
import type { Flow } from './flow.ts'
import { parseDefinition } from './parse-definition.ts'
import type { GivenDefinition } from './parse-definition.ts'

/**
 * Changes name and draft; what is published goes on as it is. `revision` is that of the draft the change was made to: if
 * somebody else saved meanwhile, theirs is not overwritten. `nameSeen` does the same for the name alone.
 */
export async function updateFlowDraft(
  deps: Pick<WorkspaceDeps, 'flows' | 'config' | 'newId' | 'now'>,
  id: string,
  input: {
    name?: string | null
    nameSeen?: string | null
    definition?: GivenDefinition | null
    revision?: number | null
  },
): Promise<Flow> {
  const name = typeof input.name === 'string' ? parseName(input.name) : undefined
  const names = stillNamed(input.nameSeen, name)
  const changed = await deps.flows.change(
    id,
    {
      ...(name === undefined ? {} : { name }),
      ...(input.definition ? { draft: parseDefinition(input.definition, deps.newId) } : {}),
      updatedAt: deps.now(),
    },
    { revision: input.revision ?? undefined, names },
  )
  if (!changed) {
    const flow = await deps.flows.find(id)
    if (!flow) throw new FlowNotFound(id)
    throw names && !names.includes(flow.name) ? new RenamedMeanwhile(flow.name) : new FlowChangedMeanwhile()
  }
  if (name !== undefined) await deps.config.bump()
  return changed
}
