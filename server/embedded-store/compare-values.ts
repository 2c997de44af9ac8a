import {
  Binary,
  BsonValue,
  Code,
  DbPointer,
  Decimal,
  Double,
  Marker,
  ObjectId,
  Regex,
  Symbolic,
  Timestamp,
  WideDate,
  bsonUndefined,
  fieldName,
} from './bson-types.ts'
import type { Doc, SpecialValue, Value } from './bson-types.ts'
import { compareDecimals, decimalParts, exactDecimal } from './decimal.ts'
import type { DecimalParts } from './decimal.ts'

/** Any of the four numeric types. */
export type Numeric = number | bigint | Double | Decimal

/** Ranks of MongoDB's comparison order across types; values of one rank are compared by their content. */
export const rank = {
  minKey: -1,
  undefined: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  dbPointer: 55,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const

/** The rank of a value; a missing field counts as null. */
export function rankOf(value: Value | undefined): number {
  switch (typeof value) {
    case 'string':
      return rank.string
    case 'number':
    case 'bigint':
      return rank.number
    case 'boolean':
      return rank.boolean
    case 'undefined':
      return rank.null
    default:
  }
  if (value === null) return rank.null
  if (Array.isArray(value)) return rank.array
  if (value instanceof Date) return rank.date
  return value instanceof BsonValue ? rankOfSpecial(value) : rank.object
}

function rankOfSpecial(value: SpecialValue): number {
  if (value instanceof ObjectId) return rank.objectId
  if (value instanceof Double || value instanceof Decimal) return rank.number
  if (value instanceof Binary) return rank.binary
  if (value instanceof Timestamp) return rank.timestamp
  if (value instanceof Regex) return rank.regex
  if (value instanceof WideDate) return rank.date
  if (value instanceof Symbolic) return rank.string
  if (value instanceof DbPointer) return rank.dbPointer
  if (value instanceof Code) return value.scope ? rank.codeWithScope : rank.code
  if (value.bsonType === 6) return rank.undefined
  return value.bsonType === 127 ? rank.maxKey : rank.minKey
}

/** Whether there is nothing: a missing field, null, or the deprecated undefined. */
export function isNullish(value: Value | undefined): value is undefined | null | Marker {
  return value === undefined || value === null || value === bsonUndefined
}

/** Whether a value is a number of any type. */
export function isNumeric(value: Value | undefined): value is Numeric {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Double ||
    value instanceof Decimal
  )
}

/**
 * MongoDB's order over all values: negative, zero or positive. Numbers compare by value across their types, exactly;
 * a missing field (`undefined`) equals null. Total, so it is fit for sorting.
 */
export function compareValues(left: Value | undefined, right: Value | undefined): number {
  if (left === right) return 0
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right)
  if (typeof left === 'number' && typeof right === 'number') return compareDoubles(left, right)
  const leftRank = rankOf(left)
  const difference = leftRank - rankOf(right)
  if (difference !== 0) return difference
  if (isNumeric(left) && isNumeric(right)) return compareNumbers(left, right)
  if (Array.isArray(left) && Array.isArray(right)) return compareArrays(left, right)
  switch (typeof left) {
    case 'boolean':
      return left === right ? 0 : left ? 1 : -1
    default:
  }
  switch (leftRank) {
    case rank.string:
      return compareStrings(textOf(left), textOf(right))
    case rank.date:
      return compareDates(left, right)
    default:
  }
  if (left instanceof BsonValue && right instanceof BsonValue) return compareSpecial(left, right)
  if (leftRank === rank.object) return compareDocs(left, right)
  return 0
}

/** Whether two values are equal in that order: 1, 1.0 and NumberLong(1) are; null and a missing field are too. */
export function equalValues(left: Value | undefined, right: Value | undefined): boolean {
  return compareValues(left, right) === 0
}

function compareDoubles(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  if (left === right) return 0
  // NaN is smaller than every other number and equal to itself.
  return Number.isNaN(left) ? (Number.isNaN(right) ? 0 : -1) : 1
}

/** Order by UTF-8 bytes, as MongoDB compares strings; JavaScript's own order differs beyond the basic plane. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return codePointOrder(a) - codePointOrder(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above U+FFFF, so they go behind U+E000 to U+FFFF. */
function codePointOrder(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** Exact numeric order across int32, int64, double and decimal. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  const a = left instanceof Double ? left.value : left
  const b = right instanceof Double ? right.value : right
  if (typeof a === 'number' && typeof b === 'number') return compareDoubles(a, b)
  if (a instanceof Decimal || b instanceof Decimal) return compareDecimals(partsOf(a), partsOf(b))
  // JavaScript compares bigint with number by exact value; only NaN needs a place.
  if (a < b) return -1
  if (a > b) return 1
  if (Number.isNaN(a)) return -1
  return Number.isNaN(b) ? 1 : 0
}

function partsOf(value: number | bigint | Decimal): DecimalParts {
  if (typeof value === 'bigint') return { kind: 'finite', coefficient: value, exponent: 0 }
  return typeof value === 'number' ? exactDecimal(value) : decimalParts(value)
}

function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  return value instanceof Symbolic ? value.value : ''
}

function msOf(value: Value | undefined): number | bigint {
  if (value instanceof Date) return value.getTime()
  return value instanceof WideDate ? value.ms : 0
}

function compareDates(left: Value | undefined, right: Value | undefined): number {
  const a = msOf(left)
  const b = msOf(right)
  return a < b ? -1 : a > b ? 1 : 0
}

function compareArrays(left: readonly Value[], right: readonly Value[]): number {
  const shorter = Math.min(left.length, right.length)
  for (let index = 0; index < shorter; index++) {
    const order = compareValues(left[index], right[index])
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Field by field: first by type, then by name, then by value; a document that ends first is smaller. */
function compareDocs(left: Value | undefined, right: Value | undefined): number {
  const a = docOf(left)
  const b = docOf(right)
  const leftKeys = Object.keys(a)
  const rightKeys = Object.keys(b)
  const shorter = Math.min(leftKeys.length, rightKeys.length)
  for (let index = 0; index < shorter; index++) {
    const leftKey = leftKeys[index] ?? ''
    const rightKey = rightKeys[index] ?? ''
    const byRank = rankOf(a[leftKey]) - rankOf(b[rightKey])
    if (byRank !== 0) return byRank
    const order =
      compareStrings(fieldName(leftKey), fieldName(rightKey)) || compareValues(a[leftKey], b[rightKey])
    if (order !== 0) return order
  }
  return leftKeys.length - rightKeys.length
}

const noFields: Doc = {}

function docOf(value: Value | undefined): Doc {
  return typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof BsonValue)
    ? value
    : noFields
}

function compareSpecial(left: SpecialValue, right: SpecialValue): number {
  if (left instanceof ObjectId && right instanceof ObjectId) {
    return left.raw < right.raw ? -1 : left.raw > right.raw ? 1 : 0
  }
  if (left instanceof Binary && right instanceof Binary) {
    return (
      left.bytes.length - right.bytes.length ||
      left.subtype - right.subtype ||
      Buffer.compare(left.bytes, right.bytes)
    )
  }
  if (left instanceof Timestamp && right instanceof Timestamp) {
    return left.value < right.value ? -1 : left.value > right.value ? 1 : 0
  }
  if (left instanceof Regex && right instanceof Regex) {
    return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options)
  }
  if (left instanceof Code && right instanceof Code) {
    return compareStrings(left.code, right.code) || compareValues(left.scope, right.scope)
  }
  if (left instanceof DbPointer && right instanceof DbPointer) {
    return (
      Buffer.byteLength(left.namespace) - Buffer.byteLength(right.namespace) ||
      compareStrings(left.namespace, right.namespace) ||
      compareSpecial(left.id, right.id)
    )
  }
  return 0
}

/**
 * Whether two values are the same down to their types and field order: what MongoDB asks before it calls an update
 * a change. Unlike in `equalValues`, 1 and 1.0 differ.
 */
export function identicalValues(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return left !== 0 || Object.is(left, right)
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return Number.isNaN(left) && Number.isNaN(right)
  }
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => identicalValues(item, right[index]))
    )
  }
  if (left instanceof BsonValue || right instanceof BsonValue) {
    return left instanceof BsonValue && right instanceof BsonValue && identicalSpecial(left, right)
  }
  if (left instanceof Date || right instanceof Date || Array.isArray(right)) {
    return left instanceof Date && right instanceof Date && left.getTime() === right.getTime()
  }
  return identicalDocs(left, right)
}

function identicalDocs(left: Doc, right: Doc): boolean {
  const leftKeys = Object.keys(left)
  const rightKeys = Object.keys(right)
  return (
    leftKeys.length === rightKeys.length &&
    leftKeys.every((key, index) => key === rightKeys[index] && identicalValues(left[key], right[key]))
  )
}

function identicalSpecial(left: SpecialValue, right: SpecialValue): boolean {
  if (left.bsonType !== right.bsonType) return false
  if (left instanceof Decimal && right instanceof Decimal) return left.bytes.equals(right.bytes)
  if (left instanceof Double && right instanceof Double) return Object.is(left.value, right.value)
  if (left instanceof WideDate && right instanceof WideDate) return left.ms === right.ms
  if (left instanceof Marker) return true
  if (left instanceof Symbolic && right instanceof Symbolic) return left.value === right.value
  if (left instanceof Code && right instanceof Code) {
    return left.code === right.code && identicalValues(left.scope, right.scope)
  }
  return compareSpecial(left, right) === 0
}
