import { isDeepStrictEqual } from 'node:util'
import { mappingDraftSchema } from '../../mappings/mapping.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid, parseInput } from '../input-invalid.ts'
import { MappingDraftChangedMeanwhile, MappingNotFound } from './mapping-errors.ts'
import type { Mapping } from './mapping-store.ts'

/**
 * Keeps what somebody is changing; deliveries go on being mapped by the version that is in use. What differs from it in
 * nothing is no draft, so that is also how one is dropped. `version` is the one the change is made to, `revision` that
 * of the draft: if somebody else saved another one meanwhile, theirs is not overwritten.
 */
export async function saveMappingDraft(
  deps: Pick<WorkspaceDeps, 'mappings' | 'now'>,
  input: { id: string; version: number; revision: number; fields?: unknown },
  savedBy: string,
): Promise<Mapping> {
  const { id, version, revision } = input
  const mapping = await deps.mappings.find(id)
  if (!mapping) throw new MappingNotFound(id)
  if (version < 1 || version > mapping.version) {
    const message = `is no version of this mapping, which is at ${mapping.version}`
    throw new InputInvalid([{ path: 'version', message }])
  }
  const fields = parseInput(mappingDraftSchema, input.fields, 'fields')
  const draft = isDeepStrictEqual(fields, mapping.fields)
    ? undefined
    : { fields, version, savedAt: deps.now(), savedBy }
  const changed = await deps.mappings.changeDraft(id, draft, revision)
  if (!changed) throw new MappingDraftChangedMeanwhile()
  return changed
}
