import { z } from 'zod'

const known = new WeakMap<z.ZodType, z.ZodType>()

/**
 * The same schema in its compiled form, which judges just the same and several times faster. Made when it is first asked
 * for: there are hundreds, a hub meets a few, and all of them together would hold up its start.
 */
export function compiledSchema(schema: z.ZodType): z.ZodType {
  const made = known.get(schema) ?? z.compile(schema)
  known.set(schema, made)
  return made
}
