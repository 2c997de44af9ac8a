import { Decimal, Double, ObjectId, Symbolic, WideDate, isDoc } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { isNullish } from './compare-values.ts'
import { decimalParts } from './decimal.ts'
import { encode } from './encode.ts'

/**
 * A text that two values share exactly when MongoDB's order calls them equal: what documents are grouped and cached
 * by. Missing and null are the same, and so are 1 and 1.0.
 */
export function groupKey(value: Value | undefined): string {
  if (isNullish(value)) return 'z'
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`
    case 'boolean':
      return value ? 't' : 'f'
    case 'bigint':
      return `n${value}`
    case 'number':
      return numberKey(value)
    default:
  }
  if (Array.isArray(value)) return `[${value.map(groupKey).join(',')}]`
  if (value instanceof ObjectId) return `o${value.raw}`
  if (value instanceof Date) return `d${value.getTime()}`
  if (value instanceof Symbolic) return groupKey(value.value)
  if (value instanceof WideDate) return `d${value.ms}`
  if (value instanceof Double) return numberKey(value.value)
  if (value instanceof Decimal) return decimalKey(value)
  if (isDoc(value)) {
    const fields = Object.entries(value).map(([key, field]) => `${key.length}:${key}${groupKey(field)}`)
    return `{${fields.join(',')}}`
  }
  return `x${encode({ value }).toString('latin1')}`
}

function numberKey(value: number): string {
  if (Number.isInteger(value)) return `n${BigInt(value)}`
  return `n${value}`
}

function decimalKey(value: Decimal): string {
  const parts = decimalParts(value)
  if (parts.kind === 'nan') return 'nNaN'
  if (parts.kind === 'infinite') return parts.sign < 0 ? 'n-Infinity' : 'nInfinity'
  let { coefficient, exponent } = parts
  if (coefficient === 0n) return 'n0'
  while (coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  if (exponent >= 0)
    return exponent < 400 ? `n${coefficient * 10n ** BigInt(exponent)}` : `e${coefficient}e${exponent}`
  const double = Number(`${coefficient}e${exponent}`)
  // A fraction equals a double only where the double is exactly that fraction: a few digits behind the point.
  return exponent > -20 && isExactly(double, coefficient, exponent)
    ? `n${double}`
    : `e${coefficient}e${exponent}`
}

function isExactly(double: number, coefficient: bigint, exponent: number): boolean {
  const scale = 2n ** 60n
  const scaled = double * 2 ** 60
  return (
    Number.isFinite(scaled) && BigInt(Math.trunc(scaled)) * 10n ** BigInt(-exponent) === coefficient * scale
  )
}
