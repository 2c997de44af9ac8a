import { z } from '#sdk'
import { applyMapping } from '../../mappings/apply-mapping.ts'
import type { InputProblem } from '../../mappings/apply-mapping.ts'
import { compileMapping } from '../../mappings/mapping.ts'
import type { FieldOutcome, MappingFields, MappingInput } from '../../mappings/mapping.ts'
import { mappingToJsonata } from '../../mappings/to-jsonata.ts'
import { findAction } from '../connectors/find-action.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { EventNotFound } from '../events/event-errors.ts'
import { parseInput } from '../input-invalid.ts'
import { storedMappingInput } from '../pipeline/map-later.ts'
import { parseFields } from './parse-fields.ts'

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

const record = z.record(z.string(), z.unknown())

/** A sample event as somebody sends it: what is left out is empty. */
const sampleSchema = z.object({
  event: z
    .object({
      id: z.string().default('evt_sample'),
      name: z.string().default(''),
      occurred_at: z.string().optional(),
      received_at: z.string().optional(),
      contact: record.default({}),
      properties: record.default({}),
      context: record.default({}),
      actor: z.string().default('provider'),
      raw: z.unknown().optional(),
    })
    .prefault({}),
  contact: record.nullable().default(null),
  company: record.nullable().default(null),
  connection: record.default({}),
  steps: record.default({}),
  now: z.iso.datetime({ offset: true }).optional(),
})

type Deps = Pick<WorkspaceDeps, 'connectors' | 'events' | 'formulas' | 'hub' | 'now'>

/** With a stored event, or with a sample of what a mapping can read. Throws `InputInvalid` for what cannot be a mapping. */
export async function previewMapping(
  deps: Deps,
  asked: {
    connectorId: string
    actionId: string
    fields?: unknown
    eventId?: string | null
    sample?: unknown
  },
): Promise<MappingPreview> {
  const action = findAction(deps.connectors, asked.connectorId, asked.actionId)
  const fields = await parseFields(deps.formulas, asked.fields)
  const compiled = compileMapping(fields, action.input)
  const input = asked.eventId
    ? await inputOfEvent(deps, asked.eventId, compiled.readsRaw)
    : inputOfSample(asked.sample ?? {}, deps.now())
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

/** No run has this id, so that a preview sees no outputs of steps. */
const NO_RUN = 'run_preview'

async function inputOfEvent(deps: Deps, eventId: string, readsRaw: boolean): Promise<MappingInput> {
  const event = await deps.events.find(eventId)
  if (!event) throw new EventNotFound(eventId)
  const of = { workspaceId: event.workspaceId, eventId, runId: NO_RUN }
  const input = await storedMappingInput(deps.hub, of, deps.now(), readsRaw)
  if (!input) throw new EventNotFound(eventId)
  return input
}

function inputOfSample(given: unknown, now: Date): MappingInput {
  const sample = parseInput(sampleSchema, given, 'sample')
  const at = sample.now ?? now.toISOString()
  const { occurred_at = at, received_at = at, raw, ...event } = sample.event
  return { ...sample, event: { ...event, occurred_at, received_at, raw }, now: at }
}
