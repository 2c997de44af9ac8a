import type { AnyConnector } from '#sdk'
import { z } from '#sdk'
import { InputInvalid, parseInput } from '../input-invalid.ts'
import { holdsPassword, passwordInAddress } from './connection-settings.ts'
import { secretFields, trimSecrets } from './secret-values.ts'

const record = z.record(z.string(), z.unknown())

/**
 * Checks credentials against the connector's form and returns what is to be sealed: what was typed in, secrets without
 * the blanks around them. `before` fills in what was left out, so that nobody has to type all secrets again to change
 * one; fields that the form has lost since are dropped. A new field that it does not have is refused: a secret under a
 * misspelt name would protect nothing. Throws `InputInvalid`.
 */
export function checkCredentials(
  { auth, name: vendor }: AnyConnector,
  given: unknown,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const fields = new Set(Object.keys(auth.fields.shape))
  const typedNow = parseInput(record, given, 'credentials')
  const unknown = Object.keys(typedNow).filter((name) => !fields.has(name))
  if (unknown.length > 0) {
    const message = `is no field of ${vendor}. There are: ${[...fields].join(', ')}`
    throw new InputInvalid(unknown.map((name) => ({ path: `credentials.${name}`, message })))
  }
  // Only of what is new: addresses of earlier days go on being used, and forms send them along.
  const secrets = new Set(secretFields(auth.fields))
  const unsafe = Object.entries(typedNow).filter(
    ([name, value]) =>
      typeof value === 'string' && value !== before[name] && !secrets.has(name) && holdsPassword(value),
  )
  if (unsafe.length > 0) {
    throw new InputInvalid(
      unsafe.map(([name]) => ({ path: `credentials.${name}`, message: passwordInAddress })),
    )
  }
  const merged = { ...before, ...trimSecrets(auth.fields, typedNow, { ...before, ...typedNow }) }
  // An emptied field is one that is not there: forms send empty texts.
  const typed = Object.fromEntries(
    Object.entries(merged).filter(([name, value]) => fields.has(name) && value !== '' && value !== null),
  )
  const read = parseInput(auth.fields, typed, 'credentials')
  const problems = auth.problems?.(read) ?? []
  if (problems.length > 0) {
    throw new InputInvalid(problems.map(({ field, message }) => ({ path: `credentials.${field}`, message })))
  }
  return typed
}
