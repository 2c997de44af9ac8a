import type { WorkspaceDeps } from '../deps.ts'
import { MappingInUse, MappingNotFound } from './mapping-errors.ts'

/** Removes a mapping that no flow uses. Its versions stay, because deliveries name them. */
export async function deleteMapping(
  deps: Pick<WorkspaceDeps, 'mappings' | 'flows' | 'config'>,
  id: string,
): Promise<{ id: string }> {
  if (!(await deps.mappings.find(id))) throw new MappingNotFound(id)
  const flows = await deps.flows.using(id)
  if (flows.length > 0) throw new MappingInUse(flows)
  await deps.mappings.remove(id)
  await deps.config.bump()
  return { id }
}
