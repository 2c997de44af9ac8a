import { StoreError } from './errors.ts'
import { Decimal, doubleValue } from './bson-types.ts'
import type { Value } from './bson-types.ts'
import {
  addNumbers,
  integerValue,
  multiplyNumbers,
  negateNumber,
  numericType,
  toDecimalParts,
  toDouble,
  wholeNumber,
} from './arithmetic.ts'
import { compareNumbers, compareValues, isNullish, isNumeric } from './compare-values.ts'
import type { Numeric } from './compare-values.ts'
import {
  decimalOfDouble,
  decimalParts,
  decimalRemainder,
  divideDecimals,
  makeDecimal,
  roundDecimal,
} from './decimal.ts'
import type { Rounding } from './decimal.ts'
import type { EagerOperator } from './expression-operators.ts'
import { isTruthy } from './is-truthy.ts'
import { typeName } from './type-name.ts'

type Args = readonly (Value | undefined)[]

function comparison(holds: (order: number) => boolean): EagerOperator {
  return { arity: [2, 2], apply: ([a, b]) => holds(compareInExpression(a, b)) }
}

/** As in sorting, except that a missing field is smaller than null. */
export function compareInExpression(left: Value | undefined, right: Value | undefined): number {
  if (left === undefined || right === undefined) {
    if (left === right) return 0
    const order = compareValues(left, right)
    return order !== 0 ? order : left === undefined ? -1 : 1
  }
  return compareValues(left, right)
}

function numeric(name: string, value: Value | undefined): Numeric {
  if (isNumeric(value)) return value
  throw new StoreError('TypeMismatch', `${name} only supports numeric types, not ${typeName(value)}`)
}

function asDouble(name: string, value: Value | undefined): number {
  return toDouble(numeric(name, value))
}

/** An operator on one number, null for null. */
function onNumber(compute: (value: Numeric, name: string) => Value): EagerOperator {
  return {
    arity: [1, 1],
    apply: ([value], name) => (isNullish(value) ? null : compute(numeric(name, value), name)),
  }
}

/** An operator on one number that is computed as a double; a decimal stays a decimal of that precision. */
function onDouble(compute: (value: number) => number): EagerOperator {
  return onNumber((value) => {
    const result = compute(toDouble(value))
    return value instanceof Decimal ? makeDecimal(decimalOfDouble(result)) : doubleValue(result)
  })
}

/** Integers stay as they are; doubles go through `compute`. */
function rounding(compute: (value: number) => number, direction: Rounding): EagerOperator {
  return onNumber((value) => {
    if (value instanceof Decimal) return makeDecimal(roundDecimal(decimalParts(value), 0, direction))
    return numericType(value) === 'double' ? doubleValue(compute(toDouble(value))) : value
  })
}

function orDouble(exact: Numeric | undefined, inexact: number): Numeric {
  return exact ?? doubleValue(inexact)
}

function add(args: Args): Value {
  let sum: Numeric = 0
  let date: Date | undefined
  for (const value of args) {
    if (isNullish(value)) return null
    if (value instanceof Date) {
      if (date) throw new StoreError(16612, 'only one date allowed in an $add expression')
      date = value
      continue
    }
    const next = numeric('$add', value)
    sum = orDouble(addNumbers(sum, next), toDouble(sum) + toDouble(next))
  }
  return date ? new Date(date.getTime() + Math.round(toDouble(sum))) : sum
}

function subtract([left, right]: Args): Value {
  if (isNullish(left) || isNullish(right)) return null
  if (left instanceof Date) {
    if (right instanceof Date) return BigInt(left.getTime() - right.getTime())
    return new Date(left.getTime() - Math.round(asDouble('$subtract', right)))
  }
  const a = numeric('$subtract', left)
  const b = numeric('$subtract', right)
  const difference = addNumbers(a, negateNumber(b))
  // Turning the sign of the smallest int32 widens it; the difference is narrowed again when it fits.
  const bothInt = numericType(a) === 'int' && numericType(b) === 'int'
  if (bothInt && typeof difference === 'bigint') return integerValue(difference, 'int') ?? difference
  return orDouble(difference, toDouble(a) - toDouble(b))
}

function multiply(args: Args): Value {
  let product: Numeric = 1
  for (const value of args) {
    if (isNullish(value)) return null
    const next = numeric('$multiply', value)
    product = orDouble(multiplyNumbers(product, next), toDouble(product) * toDouble(next))
  }
  return product
}

function divide([left, right]: Args): Value {
  if (isNullish(left) || isNullish(right)) return null
  const a = numeric('$divide', left)
  const b = numeric('$divide', right)
  if (compareNumbers(b, 0) === 0) throw new StoreError('BadValue', "can't $divide by zero")
  if (a instanceof Decimal || b instanceof Decimal) {
    return makeDecimal(divideDecimals(toDecimalParts(a), toDecimalParts(b)))
  }
  return doubleValue(toDouble(a) / toDouble(b))
}

function modulo([left, right]: Args): Value {
  if (isNullish(left) || isNullish(right)) return null
  const a = numeric('$mod', left)
  const b = numeric('$mod', right)
  if (compareNumbers(b, 0) === 0) throw new StoreError(16610, "can't $mod by zero")
  if (a instanceof Decimal || b instanceof Decimal) {
    return makeDecimal(decimalRemainder(toDecimalParts(a), toDecimalParts(b)))
  }
  const types = [numericType(a), numericType(b)]
  const wholeA = wholeNumber(a)
  const wholeB = wholeNumber(b)
  if (types.includes('double') || wholeA === undefined || wholeB === undefined) {
    return doubleValue(toDouble(a) % toDouble(b))
  }
  return integerValue(wholeA % wholeB, types.includes('long') ? 'long' : 'int') ?? null
}

function roundTo(cut: (value: number) => number, direction: Rounding): (args: Args, name: string) => Value {
  return ([value, places], name) => {
    if (isNullish(value)) return null
    const number = numeric(name, value)
    const digits = isNullish(places) ? 0 : asDouble(name, places)
    if (!Number.isInteger(digits) || digits < -20 || digits > 100) {
      throw new StoreError(
        51083,
        `cannot apply ${name} with precision value ${digits}: allowed are -20 to 100`,
      )
    }
    if (number instanceof Decimal) return makeDecimal(roundDecimal(decimalParts(number), digits, direction))
    const type = numericType(number)
    const rounded = shifted(cut(shifted(toDouble(number), digits)), -digits)
    if (type !== 'int' && type !== 'long') return doubleValue(rounded)
    if (digits >= 0) return number
    return integerValue(BigInt(rounded), type) ?? doubleValue(rounded)
  }
}

/** Moves the decimal point by way of the shortest text, so that 1.005 does not turn into 1.00499… first. */
function shifted(value: number, places: number): number {
  if (!Number.isFinite(value) || places === 0) return value
  const [mantissa, exponent] = String(value).split('e')
  return Number(`${mantissa}e${Number(exponent ?? 0) + places}`)
}

/** Halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  if (fraction !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

function power([base, exponent]: Args): Value {
  if (isNullish(base) || isNullish(exponent)) return null
  const a = numeric('$pow', base)
  const b = numeric('$pow', exponent)
  const types = [numericType(a), numericType(b)]
  const wholeA = wholeNumber(a)
  const wholeB = wholeNumber(b)
  const integers = !types.includes('double') && !types.includes('decimal')
  if (integers && wholeA !== undefined && wholeB !== undefined && wholeB >= 0n && wholeB < 64n) {
    return (
      integerValue(wholeA ** wholeB, types.includes('long') ? 'long' : 'int') ??
      doubleValue(toDouble(a) ** toDouble(b))
    )
  }
  return doubleValue(toDouble(a) ** toDouble(b))
}

function absolute(value: Numeric): Value {
  return compareNumbers(value, 0) < 0 ? negateNumber(value) : value
}

function widthOf(value: Numeric): 'int' | 'long' {
  return numericType(value) === 'long' ? 'long' : 'int'
}

function integer(name: string, value: Value | undefined): bigint {
  const number = numeric(name, value)
  const type = numericType(number)
  const whole = type === 'int' || type === 'long' ? wholeNumber(number) : undefined
  if (whole !== undefined) return whole
  throw new StoreError('TypeMismatch', `${name} only supports int and long operands, not ${typeName(value)}`)
}

function bitwise(combine: (left: bigint, right: bigint) => bigint, start: bigint): EagerOperator {
  return {
    arity: [0, Infinity],
    apply: (args, name) => {
      let width: 'int' | 'long' = 'int'
      let bits = start
      for (const value of args) {
        if (isNullish(value)) return null
        bits = combine(bits, integer(name, value))
        if (typeof value === 'bigint') width = 'long'
      }
      return integerValue(bits, width) ?? null
    },
  }
}

function trigonometry(): Record<string, EagerOperator> {
  const operators: Record<string, EagerOperator> = {
    $atan2: {
      arity: [2, 2],
      apply: ([y, x], name) =>
        isNullish(y) || isNullish(x) ? null : doubleValue(Math.atan2(asDouble(name, y), asDouble(name, x))),
    },
    $degreesToRadians: onDouble((degrees) => (degrees * Math.PI) / 180),
    $radiansToDegrees: onDouble((radians) => (radians * 180) / Math.PI),
  }
  const names = [
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
  ] as const
  for (const name of names) operators[`$${name}`] = onDouble(Math[name])
  return operators
}

/** Computing and comparing. */
export const arithmeticOperators: Record<string, EagerOperator> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: { arity: [2, 2], apply: ([a, b]) => Math.sign(compareInExpression(a, b)) },
  $not: { arity: [1, 1], apply: ([value]) => !isTruthy(value) },
  $add: { arity: [0, Infinity], apply: add },
  $subtract: { arity: [2, 2], apply: subtract },
  $multiply: { arity: [0, Infinity], apply: multiply },
  $divide: { arity: [2, 2], apply: divide },
  $mod: { arity: [2, 2], apply: modulo },
  $abs: onNumber(absolute),
  $ceil: rounding(Math.ceil, 'up'),
  $floor: rounding(Math.floor, 'down'),
  $round: { arity: [1, 2], apply: roundTo(roundHalfEven, 'halfEven') },
  $trunc: { arity: [1, 2], apply: roundTo(Math.trunc, 'toZero') },
  $pow: { arity: [2, 2], apply: power },
  $sqrt: onDouble(Math.sqrt),
  $exp: onDouble(Math.exp),
  $ln: onDouble(Math.log),
  $log10: onDouble(Math.log10),
  $log: {
    arity: [2, 2],
    apply: ([value, base], name) =>
      isNullish(value) || isNullish(base)
        ? null
        : doubleValue(Math.log(asDouble(name, value)) / Math.log(asDouble(name, base))),
  },
  $bitAnd: bitwise((left, right) => left & right, -1n),
  $bitOr: bitwise((left, right) => left | right, 0n),
  $bitXor: bitwise((left, right) => left ^ right, 0n),
  $bitNot: onNumber((value, name) => integerValue(~integer(name, value), widthOf(value)) ?? null),
  ...trigonometry(),
}
