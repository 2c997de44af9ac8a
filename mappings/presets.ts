import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { mappingFieldsSchema } from './mapping.ts'

const json = z.record(z.string(), z.unknown())

/** What a person wants: under these headings recipes are shown. */
export const recipeGoals = ['leads', 'sales', 'win_back', 'meetings', 'in_step', 'lists', 'pass_on'] as const

const presetSchema = z.strictObject({
  /** Unique within its file; stays the same when the name gets better. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  description: z.string().min(1),
  goal: z.enum(recipeGoals),
  /** The events it is made for. */
  events: z.array(z.string()).min(1),
  action: z.string().min(1),
  /** The preset of the same file whose step has to come before: it makes what this one's action looks for. */
  after: z.string().optional(),
  /**
   * What only a person knows, such as the number of a list, with an example. It is no part of the mapping: a wrong one
   * would do harm, and a missing one is named before the flow can be turned on.
   */
  asks: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
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
  /** The input that the action must get for the sample, with the examples of what is asked. */
  expected: json,
})

const fileSchema = z.strictObject({ presets: z.array(presetSchema).min(1) })

/** A ready-made mapping from the events of one connector to an action of another. */
export interface Preset extends z.output<typeof presetSchema> {
  /** Connector ids. */
  from: string
  to: string
}

/** Unique over all files: the pair of connectors and the name within it. */
export function presetId({ from, to, id }: Pick<Preset, 'from' | 'to' | 'id'>): string {
  return `${from}--${to}/${id}`
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
