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

/**
 * The same values with their secrets as they are meant: without what was copied along with them. No vendor gives out one
 * that begins or ends with a blank; a password is a person's own, and only a line end cannot be part of it (RFC 7617).
 * `among`: all that the form holds, since that may decide whether a field holds a password.
 */
export function trimSecrets(
  fields: z.ZodObject,
  typed: Record<string, unknown>,
  among: Record<string, unknown>,
): Record<string, unknown> {
  const shape: Record<string, z.core.$ZodType> = fields.shape
  const secrets = new Set(secretFields(fields))
  return Object.fromEntries(
    Object.entries(typed).map(([name, value]) => {
      if (!secrets.has(name) || typeof value !== 'string') return [name, value]
      return [name, isPassword(shape[name], among) ? value.replace(lineEndsAround, '') : value.trim()]
    }),
  )
}

const lineEndsAround = /^[\r\n]+|(?<![\r\n])[\r\n]+$/g

function isSecret(schema: z.core.$ZodType): boolean {
  return markOf(schema, 'secret') === true
}

function isPassword(schema: z.core.$ZodType | undefined, among: Record<string, unknown>): boolean {
  const mark = markOf(schema, 'password')
  if (typeof mark !== 'object' || mark === null) return mark === true
  return Object.entries(mark).every(([other, value]) => among[other] === value)
}

function markOf(schema: z.core.$ZodType | undefined, name: string): unknown {
  if (!(schema instanceof z.ZodType)) return undefined
  const mark = schema.meta()?.[name]
  if (mark !== undefined) return mark
  // `.optional()`, `.nullable()` and `.default()` wrap the field that carries the mark.
  const wraps =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
  return wraps ? markOf(schema.unwrap(), name) : undefined
}
