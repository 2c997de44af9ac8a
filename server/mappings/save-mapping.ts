import { isDeepStrictEqual } from 'node:util'
import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { MappingChangedMeanwhile, MappingNotFound } from './mapping-errors.ts'
import type { Mapping } from './mapping-store.ts'
import { parseFields } from './parse-fields.ts'
import { refuseUnknownFields } from './refuse-unknown-fields.ts'

/**
 * Saves a new version; from now on deliveries are mapped by it. `version` is the one the change was made to: if
 * somebody else saved meanwhile, theirs is not overwritten. What differs in nothing makes no version. The draft at
 * `draftRevision` has become the version and is dropped; one that somebody changed meanwhile stays.
 */
export async function saveMapping(
  deps: Pick<WorkspaceDeps, 'mappings' | 'connectors' | 'formulas' | 'config' | 'now'>,
  input: {
    id: string
    version: number
    name?: string | null
    fields?: unknown
    draftRevision?: number | null
  },
  savedBy: string,
): Promise<Mapping> {
  const mapping = await deps.mappings.find(input.id)
  if (!mapping) throw new MappingNotFound(input.id)
  if (mapping.version !== input.version) throw new MappingChangedMeanwhile(mapping.version)
  const fields = await parseFields(deps.formulas, input.fields)
  const action = deps.connectors.get(mapping.connectorId)?.actions[mapping.actionId]
  if (action) refuseUnknownFields(fields, action.input, mapping.fields)
  const name = typeof input.name === 'string' ? parseName(input.name) : mapping.name
  const isSame = name === mapping.name && isDeepStrictEqual(fields, mapping.fields)
  let next = mapping
  if (!isSame) {
    next = { ...mapping, name, fields, version: mapping.version + 1, updatedAt: deps.now() }
    const version = await deps.mappings.save(next, savedBy)
    if (version === undefined) throw new MappingChangedMeanwhile(next.version)
    next = { ...next, version }
    await deps.config.bump()
  }
  if (typeof input.draftRevision !== 'number') return next
  return (await deps.mappings.changeDraft(next.id, undefined, input.draftRevision)) ?? next
}
