import { Decimal } from './bson-types.ts'

/**
 * A decimal128 taken apart. Finite values are `coefficient * 10 ** exponent`, with the sign in the coefficient
 * (a negative zero counts as zero: the two compare equal).
 */
export type DecimalParts =
  | { kind: 'finite'; coefficient: bigint; exponent: number }
  | { kind: 'nan' }
  | { kind: 'infinite'; sign: 1 | -1 }

const exponentBias = 6176
const exponentMin = -6176
const exponentMax = 6111
const digitsMax = 34
const coefficientMax = 10n ** BigInt(digitsMax)

/** Reads the 16 bytes (binary integer encoding of IEEE 754-2008). */
export function decimalParts(decimal: Decimal): DecimalParts {
  const low = decimal.bytes.readBigUInt64LE(0)
  const high = decimal.bytes.readBigUInt64LE(8)
  const negative = high >> 63n === 1n
  const combination = Number((high >> 58n) & 0x1fn)
  if (combination === 31) return { kind: 'nan' }
  if (combination === 30) return { kind: 'infinite', sign: negative ? -1 : 1 }
  // The other form (combination 24 to 29) spells coefficients beyond 34 digits, which the standard reads as zero.
  const large = combination >= 24
  const exponent = Number((large ? high >> 47n : high >> 49n) & 0x3fffn) - exponentBias
  const magnitude = large ? 0n : ((high & 0x1ffffffffffffn) << 64n) | low
  const coefficient = magnitude >= coefficientMax ? 0n : magnitude
  return { kind: 'finite', coefficient: negative ? -coefficient : coefficient, exponent }
}

/** Builds a decimal, rounding half to even beyond 34 digits; out of range becomes infinity or zero. */
export function makeDecimal(parts: DecimalParts): Decimal {
  if (parts.kind === 'nan') return fromHalves(0x7c00000000000000n, 0n)
  if (parts.kind === 'infinite')
    return fromHalves(parts.sign < 0 ? 0xf800000000000000n : 0x7800000000000000n, 0n)
  const negative = parts.coefficient < 0n
  let magnitude = negative ? -parts.coefficient : parts.coefficient
  let exponent = parts.exponent
  const excess = Math.max(String(magnitude).length - digitsMax, exponentMin - exponent)
  if (excess > 0) {
    magnitude = roundedQuotient(magnitude, 10n ** BigInt(Math.min(excess, 7000)))
    exponent += excess
    if (magnitude === coefficientMax) {
      magnitude /= 10n
      exponent++
    }
  }
  while (exponent > exponentMax && magnitude !== 0n && magnitude * 10n < coefficientMax) {
    magnitude *= 10n
    exponent--
  }
  if (exponent > exponentMax) {
    if (magnitude !== 0n) return makeDecimal({ kind: 'infinite', sign: negative ? -1 : 1 })
    exponent = exponentMax
  }
  const high = (BigInt(exponent + exponentBias) << 49n) | (magnitude >> 64n)
  return fromHalves(negative ? high | (1n << 63n) : high, magnitude & 0xffffffffffffffffn)
}

function fromHalves(high: bigint, low: bigint): Decimal {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64LE(low, 0)
  bytes.writeBigUInt64LE(high, 8)
  return new Decimal(bytes)
}

function roundedQuotient(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  const twice = (value % divisor) * 2n
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/

/** Reads a number as people write it, `NaN` and `Infinity` included; undefined when it is none. */
export function parseDecimal(text: string): DecimalParts | undefined {
  if (/^[+-]?nan$/i.test(text)) return { kind: 'nan' }
  if (/^[+-]?inf(inity)?$/i.test(text)) return { kind: 'infinite', sign: text.startsWith('-') ? -1 : 1 }
  const match = decimalText.exec(text)
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  if (!match || whole + fraction === '') return undefined
  const magnitude = BigInt(whole + fraction)
  return {
    kind: 'finite',
    coefficient: match[1] === '-' ? -magnitude : magnitude,
    exponent: Number(match[4] ?? 0) - fraction.length,
  }
}

/** A double as the decimal it exactly is, for comparing: 0.1 as a double is a little more than a tenth. */
export function exactDecimal(value: number): DecimalParts {
  if (Number.isNaN(value)) return { kind: 'nan' }
  if (!Number.isFinite(value)) return { kind: 'infinite', sign: value < 0 ? -1 : 1 }
  if (Number.isInteger(value)) return { kind: 'finite', coefficient: BigInt(value), exponent: 0 }
  let halvings = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    halvings++
  }
  return { kind: 'finite', coefficient: BigInt(scaled) * 5n ** BigInt(halvings), exponent: -halvings }
}

/** A JavaScript number as a decimal, to the 15 digits MongoDB converts doubles with. */
export function decimalOfDouble(value: number): DecimalParts {
  const shortest =
    Number.isInteger(value) && Math.abs(value) < 2 ** 53 ? String(value) : value.toPrecision(15)
  return parseDecimal(shortest) ?? { kind: 'nan' }
}

/** The text MongoDB shows for a decimal: scientific when the exponent is positive or very small. */
export function decimalToText(parts: DecimalParts): string {
  if (parts.kind === 'nan') return 'NaN'
  if (parts.kind === 'infinite') return parts.sign < 0 ? '-Infinity' : 'Infinity'
  const sign = parts.coefficient < 0n ? '-' : ''
  const digits = String(parts.coefficient < 0n ? -parts.coefficient : parts.coefficient)
  const scientific = parts.exponent + digits.length - 1
  if (parts.exponent > 0 || scientific < -6) {
    const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
    return `${sign}${mantissa}E${scientific < 0 ? '' : '+'}${scientific}`
  }
  if (parts.exponent === 0) return sign + digits
  const padded = digits.padStart(1 - parts.exponent, '0')
  return `${sign}${padded.slice(0, parts.exponent)}.${padded.slice(parts.exponent)}`
}

/** The nearest double. */
export function decimalToDouble(parts: DecimalParts): number {
  if (parts.kind === 'finite') return Number(`${parts.coefficient}e${parts.exponent}`)
  return parts.kind === 'nan' ? NaN : parts.sign * Infinity
}

/** Exact order of two decimals; NaN is smaller than everything and equal to itself. */
export function compareDecimals(left: DecimalParts, right: DecimalParts): number {
  if (left.kind !== 'finite' || right.kind !== 'finite') return rankOf(left) - rankOf(right)
  const difference = magnitudeOf(left) - magnitudeOf(right)
  const signOfLeft = signOf(left.coefficient)
  if (signOfLeft !== signOf(right.coefficient)) return signOfLeft - signOf(right.coefficient)
  if (difference !== 0 && signOfLeft !== 0) return signOfLeft * Math.sign(difference)
  const shift = BigInt(Math.min(Math.abs(left.exponent - right.exponent), 7000))
  const scaledLeft = left.exponent > right.exponent ? left.coefficient * 10n ** shift : left.coefficient
  const scaledRight = right.exponent > left.exponent ? right.coefficient * 10n ** shift : right.coefficient
  return scaledLeft < scaledRight ? -1 : scaledLeft > scaledRight ? 1 : 0
}

function rankOf(parts: DecimalParts): number {
  if (parts.kind === 'nan') return -2
  return parts.kind === 'infinite' ? parts.sign : 0
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}

/** The position of the leading digit, so that numbers of very different size never need big powers. */
function magnitudeOf(parts: { coefficient: bigint; exponent: number }): number {
  return String(parts.coefficient < 0n ? -parts.coefficient : parts.coefficient).length + parts.exponent
}

/** The sum, exact until it is rounded to 34 digits. */
export function addDecimals(left: DecimalParts, right: DecimalParts): DecimalParts {
  if (left.kind === 'finite' && right.kind === 'finite') {
    if (left.coefficient === 0n) return right
    if (right.coefficient === 0n) return left
    const exponent = Math.min(left.exponent, right.exponent)
    // That far apart the smaller one cannot change the rounded sum.
    if (Math.abs(left.exponent - right.exponent) > 200)
      return magnitudeOf(left) > magnitudeOf(right) ? left : right
    return {
      kind: 'finite',
      coefficient:
        left.coefficient * 10n ** BigInt(left.exponent - exponent) +
        right.coefficient * 10n ** BigInt(right.exponent - exponent),
      exponent,
    }
  }
  if (left.kind === 'nan' || right.kind === 'finite') return left
  if (right.kind === 'nan' || left.kind === 'finite') return right
  return left.sign === right.sign ? left : { kind: 'nan' }
}

/** The product, exact until it is rounded to 34 digits. */
export function multiplyDecimals(left: DecimalParts, right: DecimalParts): DecimalParts {
  if (left.kind === 'nan' || right.kind === 'nan') return { kind: 'nan' }
  if (left.kind === 'finite' && right.kind === 'finite') {
    return {
      kind: 'finite',
      coefficient: left.coefficient * right.coefficient,
      exponent: left.exponent + right.exponent,
    }
  }
  const sign = signOfParts(left) * signOfParts(right)
  return sign === 0 ? { kind: 'nan' } : { kind: 'infinite', sign: sign < 0 ? -1 : 1 }
}

function signOfParts(parts: DecimalParts): number {
  if (parts.kind === 'finite') return signOf(parts.coefficient)
  return parts.kind === 'infinite' ? parts.sign : 0
}

/** The quotient to 34 digits; division by zero follows IEEE 754. */
export function divideDecimals(left: DecimalParts, right: DecimalParts): DecimalParts {
  if (left.kind === 'nan' || right.kind === 'nan') return { kind: 'nan' }
  if (right.kind === 'infinite') {
    return left.kind === 'infinite' ? { kind: 'nan' } : { kind: 'finite', coefficient: 0n, exponent: 0 }
  }
  const sign = signOfParts(left) * (signOf(right.coefficient) || 1)
  if (left.kind === 'infinite' || right.coefficient === 0n) {
    return sign === 0 ? { kind: 'nan' } : { kind: 'infinite', sign: sign < 0 ? -1 : 1 }
  }
  // Twice the digits, so that the one rounding at the end is the only one that shows.
  const scale = 2 * digitsMax + String(right.coefficient).length
  const quotient = (left.coefficient * 10n ** BigInt(scale)) / right.coefficient
  return shortened({
    kind: 'finite',
    coefficient: quotient,
    exponent: left.exponent - right.exponent - scale,
  })
}

/** The same number without the zeros a division put at its end. */
function shortened(parts: { kind: 'finite'; coefficient: bigint; exponent: number }): DecimalParts {
  let { coefficient, exponent } = parts
  while (coefficient !== 0n && exponent < 0 && coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { kind: 'finite', coefficient, exponent: coefficient === 0n ? 0 : exponent }
}

/** What is left after taking the divisor away as often as it fits; it has the sign of the dividend. */
export function decimalRemainder(left: DecimalParts, right: DecimalParts): DecimalParts {
  if (left.kind !== 'finite' || right.kind === 'nan') return { kind: 'nan' }
  if (right.kind === 'infinite') return left
  if (right.coefficient === 0n) return { kind: 'nan' }
  const exponent = Math.min(left.exponent, right.exponent)
  const dividend = left.coefficient * 10n ** BigInt(left.exponent - exponent)
  const divisor = right.coefficient * 10n ** BigInt(right.exponent - exponent)
  return { kind: 'finite', coefficient: dividend % divisor, exponent }
}

/** How a decimal is cut to a number of places. */
export type Rounding = 'down' | 'up' | 'toZero' | 'halfEven'

/** A decimal rounded to `places` behind the point, before it where negative. */
export function roundDecimal(parts: DecimalParts, places: number, rounding: Rounding): DecimalParts {
  if (parts.kind !== 'finite' || parts.exponent >= -places) return parts
  const divisor = 10n ** BigInt(Math.min(-places - parts.exponent, 7000))
  return {
    kind: 'finite',
    coefficient: roundedDivision(parts.coefficient, divisor, rounding),
    exponent: -places,
  }
}

function roundedDivision(value: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = value / divisor
  const remainder = value % divisor
  if (remainder === 0n || rounding === 'toZero') return quotient
  if (rounding === 'down') return remainder < 0n ? quotient - 1n : quotient
  if (rounding === 'up') return remainder > 0n ? quotient + 1n : quotient
  const magnitude = roundedQuotient(value < 0n ? -value : value, divisor)
  return value < 0n ? -magnitude : magnitude
}
