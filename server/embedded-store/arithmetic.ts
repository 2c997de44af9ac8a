import { Decimal, Double, doubleValue, isInt32 } from './bson-types.ts'
import type { Numeric } from './compare-values.ts'
import {
  addDecimals,
  decimalOfDouble,
  decimalParts,
  decimalToDouble,
  makeDecimal,
  multiplyDecimals,
} from './decimal.ts'
import type { DecimalParts } from './decimal.ts'

/** The numeric types in the order in which they swallow each other: int32, int64, double, decimal. */
export type NumericType = 'int' | 'long' | 'double' | 'decimal'

const int64Min = -(2n ** 63n)
const int64Max = 2n ** 63n - 1n

/** Which BSON type a number has. */
export function numericType(value: Numeric): NumericType {
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double'
  if (typeof value === 'bigint') return 'long'
  return value instanceof Double ? 'double' : 'decimal'
}

/** A number of any type as a double. */
export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value
  if (value instanceof Double) return value.value
  return typeof value === 'bigint' ? Number(value) : decimalToDouble(decimalParts(value))
}

/** A number of any type as a decimal. */
export function toDecimalParts(value: Numeric): DecimalParts {
  if (value instanceof Decimal) return decimalParts(value)
  if (typeof value === 'bigint') return { kind: 'finite', coefficient: value, exponent: 0 }
  return decimalOfDouble(toDouble(value))
}

/** A whole number as the smallest type that holds it and is not narrower than `type`; undefined beyond 64 bits. */
export function integerValue(value: bigint, type: 'int' | 'long'): number | bigint | undefined {
  if (value < int64Min || value > int64Max) return undefined
  return type === 'int' && value >= -0x80000000n && value <= 0x7fffffffn ? Number(value) : value
}

/** A double that is a whole number within 64 bits, as that number. */
export function wholeNumber(value: Numeric): bigint | undefined {
  if (typeof value === 'bigint') return value
  const number = toDouble(value)
  return Number.isInteger(number) && Math.abs(number) < 2 ** 63 ? BigInt(number) : undefined
}

/** The sum as MongoDB types it: int32 grows to int64; undefined when an int64 overflows. */
export function addNumbers(left: Numeric, right: Numeric): Numeric | undefined {
  if (typeof left === 'number' && typeof right === 'number' && isInt32(left) && isInt32(right)) {
    const sum = left + right
    return isInt32(sum) ? sum : BigInt(sum)
  }
  if (left instanceof Decimal || right instanceof Decimal) {
    return makeDecimal(addDecimals(toDecimalParts(left), toDecimalParts(right)))
  }
  if (numericType(left) === 'double' || numericType(right) === 'double') {
    return doubleValue(toDouble(left) + toDouble(right))
  }
  return integerValue((wholeNumber(left) ?? 0n) + (wholeNumber(right) ?? 0n), 'long')
}

/** The product, typed like the sum. */
export function multiplyNumbers(left: Numeric, right: Numeric): Numeric | undefined {
  if (left instanceof Decimal || right instanceof Decimal) {
    return makeDecimal(multiplyDecimals(toDecimalParts(left), toDecimalParts(right)))
  }
  const leftType = numericType(left)
  const rightType = numericType(right)
  if (leftType === 'double' || rightType === 'double') return doubleValue(toDouble(left) * toDouble(right))
  const product = (wholeNumber(left) ?? 0n) * (wholeNumber(right) ?? 0n)
  return integerValue(product, leftType === 'int' && rightType === 'int' ? 'int' : 'long')
}

/** The number with its sign turned. */
export function negateNumber(value: Numeric): Numeric {
  if (typeof value === 'bigint') return -value
  if (value instanceof Decimal) {
    const parts = decimalParts(value)
    if (parts.kind === 'finite') return makeDecimal({ ...parts, coefficient: -parts.coefficient })
    return parts.kind === 'nan' ? value : makeDecimal({ kind: 'infinite', sign: parts.sign === 1 ? -1 : 1 })
  }
  if (value instanceof Double) return doubleValue(-value.value)
  if (value === 0) return 0
  return value === -0x80000000 ? 0x80000000n : -value
}
