import type { z } from '#sdk'

/** Names of the form's fields that hold secrets. */
export function secretFields(fields: z.ZodObject): string[] {
  return Object.entries(fields.shape).flatMap(([name, schema]) => (isSecret(schema) ? [name] : []))
}

/** The secret values among credentials; short ones are left out, they would cut holes into innocent text. */
export function secretValues(fields: z.ZodObject, credentials: Record<string, unknown>): string[] {
  return secretFields(fields).flatMap((name) => {
    const value = credentials[name]
    return typeof value === 'string' && value.length >= 4 ? [value] : []
  })
}

function isSecret(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  const meta = 'meta' in schema && typeof schema.meta === 'function' ? schema.meta() : undefined
  if (meta?.secret === true) return true
  // `.optional()` and `.default()` wrap the field that carries the mark.
  const inner = 'unwrap' in schema && typeof schema.unwrap === 'function' ? schema.unwrap() : undefined
  return inner === undefined ? false : isSecret(inner)
}
