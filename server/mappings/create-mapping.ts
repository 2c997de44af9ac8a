import { presetId } from '../../mappings/presets.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { PresetUnknown } from './mapping-errors.ts'
import type { Mapping } from './mapping-store.ts'
import { parseFields } from './parse-fields.ts'
import { presetsAtHand } from './presets-at-hand.ts'
import { refuseUnknownFields } from './refuse-unknown-fields.ts'

type Deps = Pick<
  WorkspaceDeps,
  'mappings' | 'connectors' | 'formulas' | 'config' | 'workspaceId' | 'newId' | 'now'
>

/** A new mapping for an action of a connector, at version 1. */
export async function createMapping(
  deps: Deps,
  input: { name: string; connectorId: string; actionId: string; fields?: unknown },
  savedBy: string,
): Promise<Mapping> {
  const action = findAction(deps.connectors, input.connectorId, input.actionId)
  const name = parseName(input.name)
  const fields = await parseFields(deps.formulas, input.fields)
  refuseUnknownFields(fields, action.input, {})
  const createdAt = deps.now()
  const mapping: Mapping = {
    id: deps.newId('map'),
    workspaceId: deps.workspaceId,
    name,
    connectorId: input.connectorId,
    actionId: input.actionId,
    version: 1,
    fields,
    draftRevision: 0,
    createdAt,
    updatedAt: createdAt,
  }
  await deps.mappings.save(mapping, savedBy)
  await deps.config.bump()
  return mapping
}

/** A mapping of one's own, made from a ready one. */
export async function createMappingFromPreset(
  deps: Deps,
  id: string,
  name: string | undefined,
  savedBy: string,
): Promise<Mapping> {
  const preset = presetsAtHand().find((candidate) => presetId(candidate) === id)
  if (!preset) throw new PresetUnknown(id)
  const { to, action, fields } = preset
  return createMapping(
    deps,
    { name: name ?? preset.name, connectorId: to, actionId: action, fields },
    savedBy,
  )
}
