import type { z } from 'zod'
import type { MappingFields } from '../../mappings/mapping.ts'
import { targetOf } from '../../mappings/target-field.ts'
import { InputInvalid } from '../input-invalid.ts'

/**
 * Refuses rows for fields that the action does not have: every delivery would leave them out without a word. Rows of
 * the version `before` may stay, because a connector can lose a field, and whoever mends something else must be able to
 * save. Throws `InputInvalid`.
 */
export function refuseUnknownFields(fields: MappingFields, input: z.ZodObject, before: MappingFields): void {
  const unknown = Object.keys(fields).filter(
    (name) => !Object.hasOwn(before, name) && targetOf(input, name) === undefined,
  )
  if (unknown.length === 0) return
  const names = Object.keys(input.shape).join(', ')
  throw new InputInvalid(
    unknown.map((name) => ({
      path: `fields.${name}`,
      message: `is no field of the action; it has ${names}`,
    })),
  )
}
