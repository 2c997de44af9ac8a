import { z } from '#sdk'

/** Names of the form's fields that hold secrets. */
export function secretFields(fields: z.ZodObject): string[] {
  return Object.entries<z.core.$ZodType>(fields.shape).flatMap(([name, schema]) =>
    isSecret(schema) ? [name] : [],
  )
}

/** The secret values among credentials; short ones are left out, they would cut holes into innocent text. */
export function secretValues(fields: z.ZodObject, credentials: Record<string, unknown>): string[] {
  return secretFields(fields).flatMap((name) => {
    const value = credentials[name]
    return typeof value === 'string' && value.length >= 4 ? [value] : []
  })
}

function isSecret(schema: z.core.$ZodType): boolean {
  if (!(schema instanceof z.ZodType)) return false
  if (schema.meta()?.['secret'] === true) return true
  // `.optional()`, `.nullable()` and `.default()` wrap the field that carries the mark.
  const wraps =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
  return wraps && isSecret(schema.unwrap())
}
