import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { mappingFieldsSchema } from './mapping.ts'

const json = z.record(z.string(), z.unknown())

/** What a person wants who takes a preset: under these headings they are shown. */
export const presetGoals = ['leads', 'sales', 'win_back', 'meetings', 'in_step', 'lists', 'pass_on'] as const

const presetSchema = z.strictObject({
  /** Unique within its file; stays the same when the name gets better. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  description: z.string().min(1),
  goal: z.enum(presetGoals),
  /** The events it is made for. */
  events: z.array(z.string()).min(1),
  action: z.string().min(1),
  fields: mappingFieldsSchema,
  /** What a mapping reads for a typical event; shown in the editor until a real one has come. */
  sample: z.strictObject({
    event: z.strictObject({
      id: z.string(),
      name: z.string(),
      occurred_at: z.iso.datetime(),
      received_at: z.iso.datetime(),
      contact: json,
      properties: json,
      context: json,
      actor: z.string(),
      raw: z.unknown(),
    }),
    contact: json.nullable(),
    company: json.nullable(),
    connection: json,
    steps: json,
    now: z.iso.datetime(),
  }),
  /** The input that the action must get for the sample. */
  expected: json,
})

const fileSchema = z.strictObject({ presets: z.array(presetSchema).min(1) })

/** A ready-made mapping from the events of one connector to an action of another. */
export interface Preset extends z.output<typeof presetSchema> {
  /** Connector ids. */
  from: string
  to: string
}

/**
 * All presets, read from `presets/<from>--<to>.json`, in the order of the file names. Throws, naming the file, when one
 * is not what it has to be. Reads the disk: call once.
 */
export function readPresets(folder = join(import.meta.dirname, 'presets')): Preset[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().flatMap((file) => {
    const [from, to] = file.replace(/\.json$/, '').split('--')
    if (!from || !to) throw new Error(`Preset file ${file}: the name must be <from>--<to>.json.`)
    const parsed = fileSchema.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
    if (!parsed.success) throw new Error(`Preset file ${file}: ${z.prettifyError(parsed.error)}`)
    return parsed.data.presets.map((preset) => ({ ...preset, from, to }))
  })
}
