import { StoreError } from './errors.ts'
import {
  BsonValue,
  Decimal,
  Double,
  ObjectId,
  Regex,
  Symbolic,
  bsonUndefined,
  maxKey,
  minKey,
} from './bson-types.ts'
import type { Value } from './bson-types.ts'
import { compareNumbers, compareStrings, compareValues, isNumeric, rankOf } from './compare-values.ts'
import type { Numeric } from './compare-values.ts'
import { decimalParts } from './decimal.ts'
import { regexTest } from './regex.ts'

/** A question about one value; `undefined` stands for a missing field. */
export type ValueTest = (value: Value | undefined) => boolean

/** `$eq`: MongoDB's equality, with a quick way for each common type. Null also means missing. */
export function equalTest(wanted: Value): ValueTest {
  if (wanted === bsonUndefined) throw new StoreError('BadValue', 'cannot compare to undefined')
  if (wanted === null) return (value) => value === null || value === undefined || value === bsonUndefined
  if (typeof wanted === 'boolean') return (value) => value === wanted
  if (typeof wanted === 'string') {
    return (value) =>
      value === wanted || (typeof value === 'object' && value instanceof Symbolic && value.value === wanted)
  }
  if (typeof wanted === 'number' && !Number.isNaN(wanted)) {
    return (value) =>
      typeof value === 'number' ? value === wanted : isNumeric(value) && compareNumbers(value, wanted) === 0
  }
  if (wanted instanceof ObjectId) {
    const { raw } = wanted
    return (value) => typeof value === 'object' && value instanceof ObjectId && value.raw === raw
  }
  if (wanted instanceof Date) {
    const ms = wanted.getTime()
    return (value) => value instanceof Date && value.getTime() === ms
  }
  const wantedRank = rankOf(wanted)
  return (value) => value !== undefined && rankOf(value) === wantedRank && compareValues(value, wanted) === 0
}

export type RangeOperator = '$gt' | '$gte' | '$lt' | '$lte'

/** `$gt` and its kin: only values of the same kind as `bound` can match, except that MinKey and MaxKey bound all. */
export function rangeTest(operator: RangeOperator, bound: Value): ValueTest {
  if (bound === bsonUndefined) throw new StoreError('BadValue', 'cannot compare to undefined')
  if (bound instanceof Regex) {
    throw new StoreError('BadValue', `Can't have RegEx as arg to predicate over field '${operator}'.`)
  }
  const orEqual = operator === '$gte' || operator === '$lte'
  const upward = operator === '$gt' || operator === '$gte'
  if (bound === null) return orEqual ? equalTest(null) : () => false
  if (bound === minKey) return (value) => (value === minKey ? orEqual : upward)
  if (bound === maxKey) return (value) => (value === maxKey ? orEqual : !upward)
  const holds = upward
    ? (order: number): boolean => order > 0 || (orEqual && order === 0)
    : (order: number): boolean => order < 0 || (orEqual && order === 0)
  if (isNumeric(bound)) return numberRangeTest(operator, bound, holds)
  if (bound instanceof Date) return dateRangeTest(operator, bound, holds)
  if (typeof bound === 'string') {
    return (value) =>
      typeof value === 'string'
        ? holds(compareStrings(value, bound))
        : value instanceof Symbolic && holds(compareStrings(value.value, bound))
  }
  const boundRank = rankOf(bound)
  return (value) => value !== undefined && rankOf(value) === boundRank && holds(compareValues(value, bound))
}

/** NaN is in no range; `$gte` and `$lte` of NaN find NaN. */
function numberRangeTest(
  operator: RangeOperator,
  bound: Numeric,
  holds: (order: number) => boolean,
): ValueTest {
  if (isNaNValue(bound)) {
    return operator === '$gte' || operator === '$lte'
      ? (value) => isNumeric(value) && isNaNValue(value)
      : () => false
  }
  const other: ValueTest = (value) =>
    isNumeric(value) && !isNaNValue(value) && holds(compareNumbers(value, bound))
  const plain = bound instanceof Double ? bound.value : bound
  if (typeof plain !== 'number') return other
  // JavaScript's own comparisons are false for NaN, as wanted.
  switch (operator) {
    case '$gt':
      return (value) => (typeof value === 'number' ? value > plain : other(value))
    case '$gte':
      return (value) => (typeof value === 'number' ? value >= plain : other(value))
    case '$lt':
      return (value) => (typeof value === 'number' ? value < plain : other(value))
    case '$lte':
      return (value) => (typeof value === 'number' ? value <= plain : other(value))
  }
}

function dateRangeTest(operator: RangeOperator, bound: Date, holds: (order: number) => boolean): ValueTest {
  const ms = bound.getTime()
  const other: ValueTest = (value) =>
    value instanceof BsonValue && value.bsonType === 9 && holds(compareValues(value, bound))
  switch (operator) {
    case '$gt':
      return (value) => (value instanceof Date ? value.getTime() > ms : other(value))
    case '$gte':
      return (value) => (value instanceof Date ? value.getTime() >= ms : other(value))
    case '$lt':
      return (value) => (value instanceof Date ? value.getTime() < ms : other(value))
    case '$lte':
      return (value) => (value instanceof Date ? value.getTime() <= ms : other(value))
  }
}

function isNaNValue(value: Numeric): boolean {
  if (value instanceof Decimal) return decimalParts(value).kind === 'nan'
  return Number.isNaN(value)
}

/** `$in`: equality with any of the values, or a match of any of the regular expressions among them. */
export function inTest(wanted: readonly Value[]): ValueTest {
  const strings: string[] = []
  const ids: string[] = []
  const others: ValueTest[] = []
  for (const item of wanted) {
    if (typeof item === 'string') strings.push(item)
    else if (item instanceof ObjectId) ids.push(item.raw)
    else others.push(item instanceof Regex ? regexTest(item) : equalTest(item))
  }
  strings.sort()
  ids.sort()
  return (value) => {
    if (typeof value === 'string' && isAmong(value, strings)) return true
    if (value instanceof ObjectId) return isAmong(value.raw, ids)
    if (value instanceof Symbolic && isAmong(value.value, strings)) return true
    for (const test of others) if (test(value)) return true
    return false
  }
}

/**
 * Searches a sorted list. A Set would be shorter, but V8 (14.6) keeps a copy of every string that was ever asked of a Set
 * until its next full collection: megabytes of names here, each of which is asked for once.
 */
function isAmong(text: string, sorted: readonly string[]): boolean {
  let from = 0
  let to = sorted.length
  while (from < to) {
    const middle = (from + to) >>> 1
    const found = sorted[middle]
    if (found === text) return true
    if (found !== undefined && found < text) from = middle + 1
    else to = middle
  }
  return false
}
