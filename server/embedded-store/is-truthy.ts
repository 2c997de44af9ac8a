import { Decimal, Double, bsonUndefined } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { compareNumbers } from './compare-values.ts'

/** Whether a value counts as true in expressions: not false, not zero, not null, not missing. */
export function isTruthy(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null || value === bsonUndefined) return false
  if (typeof value === 'number') return value !== 0
  if (typeof value === 'bigint') return value !== 0n
  if (value instanceof Double || value instanceof Decimal) return compareNumbers(value, 0) !== 0
  return true
}
