import type { AnyConnector } from '#sdk'
import { z } from '#sdk'
import { parseInput } from '../input-invalid.ts'

const record = z.record(z.string(), z.unknown())

/**
 * Checks credentials against the connector's form and returns what is to be sealed: what was typed in, without fields
 * the form does not have. `before` fills in what was left out, so that nobody has to type all secrets again to change
 * one. Throws `InputInvalid`.
 */
export function checkCredentials(
  { auth }: AnyConnector,
  given: unknown,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const fields = new Set(Object.keys(auth.fields.shape))
  const merged = { ...before, ...parseInput(record, given, 'credentials') }
  // An emptied field is one that is not there: forms send empty texts.
  const typed = Object.fromEntries(
    Object.entries(merged).filter(([name, value]) => fields.has(name) && value !== '' && value !== null),
  )
  parseInput(auth.fields, typed, 'credentials')
  return typed
}
