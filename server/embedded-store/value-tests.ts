import { StoreError } from './errors.ts'
import { Decimal, Double, Regex } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import type { ValueTest } from './compare-tests.ts'
import { decimalParts, decimalToDouble } from './decimal.ts'
import { typeName, typeNumber, typeNumbers } from './type-name.ts'

/** The expression in `$regex` and `$options`. */
export function regexOf(operand: Value, options: Value | undefined): Regex {
  if (options !== undefined && typeof options !== 'string') {
    throw new StoreError('BadValue', '$options has to be a string')
  }
  if (typeof operand === 'string') return new Regex(operand, options ?? '')
  if (!(operand instanceof Regex)) throw new StoreError('BadValue', '$regex has to be a string')
  if (options !== undefined && operand.options !== '' && options !== '') {
    throw new StoreError(51074, 'options set in both $regex and $options')
  }
  return options ? new Regex(operand.pattern, options) : operand
}

/** `$type`: one or several types by name or number. */
export function typeTest(name: string, operand: Value): ValueTest {
  const wanted = new Set(
    (Array.isArray(operand) ? operand : [operand]).flatMap((item) => typesOf(name, item)),
  )
  if (wanted.size === 0) {
    throw new StoreError('FailedToParse', `${name} must match at least one type`)
  }
  return (value) => value !== undefined && wanted.has(typeNumber(value))
}

function typesOf(name: string, item: Value): number[] {
  if (typeof item === 'string') {
    if (item === 'number') return [1, 16, 18, 19]
    const number = typeNumbers.get(item)
    if (number === undefined) throw new StoreError('BadValue', `Unknown type name alias: ${item}`)
    return [number]
  }
  const number = plainNumber(item)
  if (number === undefined) {
    throw new StoreError('TypeMismatch', `type must be represented as a number or a string`)
  }
  if (![...typeNumbers.values()].includes(number)) {
    throw new StoreError('BadValue', `Invalid numerical type code: ${number} in the condition on ${name}`)
  }
  return [number]
}

function plainNumber(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Double) return value.value
  return value instanceof Decimal ? decimalToDouble(decimalParts(value)) : undefined
}

/** `$size`: arrays of that many elements. */
export function sizeTest(operand: Value): ValueTest {
  const size = plainNumber(operand)
  if (size === undefined || !Number.isInteger(size)) {
    throw new StoreError(
      'BadValue',
      `Failed to parse $size. Expected an integer, but it is of type ${typeName(operand)}`,
    )
  }
  if (size < 0)
    throw new StoreError('BadValue', `Failed to parse $size. Expected a non-negative number: ${size}`)
  return (value) => Array.isArray(value) && value.length === size
}

/** `$mod`: numbers with that remainder, fractions cut off. */
export function modTest(operand: Value): ValueTest {
  if (!Array.isArray(operand)) throw new StoreError('BadValue', 'malformed mod, needs to be an array')
  if (operand.length < 2) throw new StoreError('BadValue', 'malformed mod, not enough elements')
  if (operand.length > 2) throw new StoreError('BadValue', 'malformed mod, too many elements')
  const divisor = truncated(operand[0])
  const remainder = truncated(operand[1])
  if (divisor === undefined) throw new StoreError('BadValue', 'malformed mod, divisor not a number')
  if (remainder === undefined) throw new StoreError('BadValue', 'malformed mod, remainder not a number')
  if (divisor === 0n) throw new StoreError('BadValue', 'divisor cannot be 0')
  return (value) => {
    const integer = truncated(value)
    return integer !== undefined && integer % divisor === remainder
  }
}

/** The whole part of a number that fits an int64. */
function truncated(value: Value | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value
  const number = plainNumber(value)
  if (number === undefined || !Number.isFinite(number) || Math.abs(number) >= 2 ** 63) return undefined
  return BigInt(Math.trunc(number))
}
