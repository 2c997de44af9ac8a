import { Decimal, Double, isDoc, type Doc, type Value } from './bson-types.ts'

/** The number a value stands for, whichever numeric type it has; `undefined` for anything else. */
export function asNumber(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Double) return value.value
  return undefined
}

/** Whether a value counts as true in a command: `true`, or a number that is not zero. */
export function isSet(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value
  return value instanceof Decimal || (asNumber(value) ?? 0) !== 0
}

export function asText(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function asDoc(value: Value | undefined): Doc | undefined {
  return isDoc(value) ? value : undefined
}

/** The documents in an array; `undefined` when it is no array or holds something else. */
export function asDocs(value: Value | undefined): Doc[] | undefined {
  if (!Array.isArray(value)) return undefined
  const docs = value.filter((item) => isDoc(item))
  return docs.length === value.length ? docs : undefined
}
