import { z } from '#sdk'
import type { MappingInput } from '../../mappings/mapping.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { EventNotFound } from '../events/event-errors.ts'
import { parseInput } from '../input-invalid.ts'
import { storedMappingInput } from '../pipeline/map-later.ts'

/** What a mapping is tried with: a stored event, or a sample of what a mapping can read. */
export interface Sample {
  eventId?: string | null
  sample?: unknown
}

type Deps = Pick<WorkspaceDeps, 'events' | 'hub' | 'now'>

/** What a mapping reads of it. Throws `EventNotFound`, or `InputInvalid` for what cannot be a sample. */
export async function sampleInput(
  deps: Deps,
  { eventId, sample }: Sample,
  withRaw: boolean,
): Promise<MappingInput> {
  return eventId ? inputOfEvent(deps, eventId, withRaw) : inputOfSample(sample ?? {}, deps.now())
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

async function inputOfEvent(deps: Deps, eventId: string, withRaw: boolean): Promise<MappingInput> {
  const event = await deps.events.find(eventId)
  const of = event && { workspaceId: event.workspaceId, eventId }
  const input = of && (await storedMappingInput(deps.hub, of, deps.now(), withRaw))
  if (!input) throw new EventNotFound(eventId)
  return input
}

function inputOfSample(given: unknown, now: Date): MappingInput {
  const sample = parseInput(sampleSchema, given, 'sample')
  const at = sample.now ?? now.toISOString()
  const { occurred_at = at, received_at = at, raw, ...event } = sample.event
  return { ...sample, event: { ...event, occurred_at, received_at, raw }, now: at }
}
