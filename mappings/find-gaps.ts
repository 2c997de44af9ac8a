import type { z } from 'zod'
import type { MappingFields } from './mapping.ts'
import { isRequired, targetMeta, targetOf } from './target-field.ts'

/** A field that an action cannot do without and that nothing is mapped to. */
export interface MappingGap {
  field: string
  /** As on the screen. */
  label: string
}

/** What has to be mapped yet before the action can ever succeed, in the order of the action's form. */
export function findGaps(fields: MappingFields, schema: z.ZodObject): MappingGap[] {
  const mapped = new Set(Object.keys(fields).map((name) => targetOf(schema, name)?.field))
  return Object.entries(schema.shape)
    .filter(([field, target]) => !mapped.has(field) && isRequired(target))
    .map(([field, target]) => ({ field, label: targetMeta(field, target).label }))
}
