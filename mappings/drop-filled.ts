import type { z } from 'zod'
import { isBlank } from './blank.ts'
import { isRequired } from './target-field.ts'

/**
 * The input without the fields that shall only be filled where the destination holds nothing, and which it holds
 * already. What the action cannot do without stays: it says whom or what the others are about. `current` is what was
 * read at the destination; an empty object means that it holds nothing at all.
 */
export function dropFilled<Input extends Record<string, unknown>>(
  input: Input,
  onlyIfEmpty: readonly string[],
  current: Readonly<Record<string, unknown>>,
  schema: z.ZodObject,
): Partial<Input> {
  const kept: Partial<Input> = { ...input }
  for (const field of onlyIfEmpty) {
    const isHeld = Object.hasOwn(current, field) && !isBlank(current[field])
    if (isHeld && !isRequired(schema.shape[field])) Reflect.deleteProperty(kept, field)
  }
  return kept
}
