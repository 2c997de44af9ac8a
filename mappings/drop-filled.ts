import type { z } from 'zod'
import { isBlank } from './blank.ts'
import { isDispensable, targetOf } from './target-field.ts'

/**
 * The input without what shall only be filled where the destination holds nothing, and which it holds already.
 * `onlyIfEmpty` names rows of the mapping, entries of a field among them. What the action cannot do without stays: it
 * says whom or what the others are about. `current` is what was read at the destination; an empty object means that it
 * holds nothing at all.
 */
export function dropFilled<Input extends Record<string, unknown>>(
  input: Input,
  onlyIfEmpty: readonly string[],
  current: Readonly<Record<string, unknown>>,
  schema: z.ZodObject,
): Partial<Input> {
  const kept: Partial<Input> = { ...input }
  for (const name of onlyIfEmpty) {
    const target = targetOf(schema, name)
    if (!target || !isDispensable(target, schema)) continue
    const { field, entry } = target
    if (entry === undefined) {
      if (isHeld(current, field)) Reflect.deleteProperty(kept, field)
      continue
    }
    const [held, whole] = [current[field], kept[field]]
    if (isObject(held) && isObject(whole) && isHeld(held, entry))
      Reflect.set(kept, field, without(whole, entry))
  }
  return kept
}

function isHeld(current: object, name: string): boolean {
  return Object.hasOwn(current, name) && !isBlank(Reflect.get(current, name))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function without(whole: object, entry: string): object {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== entry))
}
