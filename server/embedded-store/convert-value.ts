import { StoreError } from './errors.ts'
import { Decimal, Double, ObjectId, Symbolic, Timestamp, doubleValue } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { integerValue, toDecimalParts, toDouble } from './arithmetic.ts'
import { isNullish, isNumeric } from './compare-values.ts'
import { parseDate } from './date-format.ts'
import { decimalParts, decimalToText, makeDecimal, parseDecimal } from './decimal.ts'
import { isTruthy } from './is-truthy.ts'
import { typeName } from './type-name.ts'

/** Why a conversion did not work; `$convert` has `onError` for it. */
function failure(value: Value | undefined, target: string, problem = ''): StoreError {
  const reason = problem === '' ? `Unsupported conversion from ${typeName(value)} to ${target}` : problem
  return new StoreError(241, `${reason} in $convert with no onError value`)
}

/** A value as text, as `$toString` writes it. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  if (value instanceof Double) return String(value.value)
  if (value instanceof Decimal) return decimalToText(decimalParts(value))
  if (value instanceof ObjectId) return value.toHex()
  if (value instanceof Symbolic) return value.value
  if (value instanceof Date) return value.toISOString()
  throw failure(value, 'string')
}

function numberOf(value: Value, target: string): number | bigint | Double | Decimal {
  if (isNumeric(value)) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date && target !== 'int') return BigInt(value.getTime())
  if (typeof value === 'string') {
    const text = value.trim()
    if (/^[+-]?\d+$/.test(text) && target !== 'double') return BigInt(text)
    const parts = parseDecimal(text)
    if (!parts || text !== value) throw failure(value, target, `Failed to parse number '${value}'`)
    if (target === 'decimal') return makeDecimal(parts)
    if (target === 'double') return doubleValue(Number(text.replace(/inf(inity)?$/i, 'Infinity')))
    throw failure(value, target, `Failed to parse number '${value}'`)
  }
  throw failure(value, target)
}

function toInteger(value: Value, width: 'int' | 'long'): Value {
  const number = numberOf(value, width)
  const whole = typeof number === 'bigint' ? number : truncate(number, value, width)
  const result = integerValue(whole, width)
  if (result === undefined || (width === 'int' && typeof result === 'bigint')) {
    throw failure(value, width, `Conversion would overflow target type, value ${toText(value)}`)
  }
  return width === 'long' ? BigInt(result) : result
}

function truncate(number: number | Double | Decimal, value: Value, width: string): bigint {
  const double = Math.trunc(toDouble(number))
  if (Number.isFinite(double)) return BigInt(double)
  throw failure(value, width, 'Attempt to convert NaN or infinity to an integer')
}

function toDate(value: Value): Value {
  if (value instanceof Date) return value
  if (value instanceof ObjectId) return new Date(Number.parseInt(value.toHex().slice(0, 8), 16) * 1000)
  if (value instanceof Timestamp) return new Date(Number(value.value >> 32n) * 1000)
  if (isNumeric(value) && typeof value !== 'number') return new Date(Math.trunc(toDouble(value)))
  if (typeof value === 'number' && typeName(value) === 'double') return new Date(Math.trunc(value))
  if (typeof value === 'string') return parseDate(value, undefined, 'UTC')
  throw failure(value, 'date')
}

function toObjectId(value: Value): Value {
  if (value instanceof ObjectId) return value
  if (typeof value === 'string') {
    if (/^[0-9a-f]{24}$/i.test(value)) return ObjectId.fromHex(value)
    throw failure(value, 'objectId', `Failed to parse objectId '${value}'`)
  }
  throw failure(value, 'objectId')
}

/**
 * Converts a value to a BSON type by its name. Null stays null.
 * @throws StoreError 241 (ConversionFailure) when it cannot be done.
 */
export function convertValue(value: Value | undefined, target: string): Value {
  if (isNullish(value)) return null
  switch (target) {
    case 'string':
      return toText(value)
    case 'bool':
      return isTruthy(value)
    case 'int':
    case 'long':
      return toInteger(value, target)
    case 'double':
      return doubleValue(toDouble(numberOf(value, 'double')))
    case 'decimal':
      return makeDecimal(toDecimalParts(numberOf(value, 'decimal')))
    case 'date':
      return toDate(value)
    case 'objectId':
      return toObjectId(value)
    default:
      throw new StoreError('BadValue', `Unknown type name: ${target}`)
  }
}
