import { applyMapping } from '../../mappings/apply-mapping.ts'
import type { InputProblem } from '../../mappings/apply-mapping.ts'
import { compileMapping } from '../../mappings/mapping.ts'
import type { FieldOutcome, MappingFields } from '../../mappings/mapping.ts'
import { mappingToJsonata } from '../../mappings/to-jsonata.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { parseFields } from './parse-fields.ts'
import { sampleInput } from './sample-input.ts'
import type { Sample } from './sample-input.ts'

/** What a mapping would make of one event, field by field. Nothing is stored and nothing is sent. */
export interface MappingPreview {
  fields: FieldOutcome[]
  /** What the action would get; absent while there are problems. */
  input: Record<string, unknown> | undefined
  problems: InputProblem[]
  /** The request it would make, where the action can say so beforehand. */
  request: { method: string; path: string; json?: unknown } | undefined
  jsonata: string
}

type Deps = Pick<WorkspaceDeps, 'connectors' | 'events' | 'formulas' | 'hub' | 'now'>

/** With a stored event, or with a sample of what a mapping can read. Throws `InputInvalid` for what cannot be a mapping. */
export async function previewMapping(
  deps: Deps,
  asked: Sample & { connectorId: string; actionId: string; fields?: unknown },
): Promise<MappingPreview> {
  const action = findAction(deps.connectors, asked.connectorId, asked.actionId)
  const fields = await parseFields(deps.formulas, asked.fields)
  const compiled = compileMapping(fields, action.input)
  const input = await sampleInput(deps, asked, compiled.readsRaw)
  const outcomes = await compiled.run(input, deps.formulas)
  const applied = applyMapping(outcomes, action.input)
  return {
    fields: applied.fields,
    input: applied.ok ? applied.input : undefined,
    problems: applied.ok ? [] : applied.problems,
    request: applied.ok ? action.request?.(applied.input) : undefined,
    jsonata: mappingToJsonata(fields, action.input),
  }
}

/** The whole mapping as one JSONata expression, for reading and export. */
export function jsonataOf(
  { connectors }: Pick<WorkspaceDeps, 'connectors'>,
  { connectorId, actionId, fields }: { connectorId: string; actionId: string; fields: MappingFields },
): string {
  return mappingToJsonata(fields, connectors.get(connectorId)?.actions[actionId]?.input)
}
