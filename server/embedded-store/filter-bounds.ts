import {
  Binary,
  Decimal,
  Double,
  Marker,
  ObjectId,
  Regex,
  Timestamp,
  fieldName,
  isDoc,
  type Doc,
  type Value,
} from './bson-types.ts'
import { beginningWith, everything, normalised, pointAt, type Bound, type Interval } from './bounds.ts'
import { encodeComponent, keyTag, orderOfType, rawValue } from './key-encoding.ts'
import { asDocs } from './read-value.ts'

/** What one predicate of a filter says about the values of one path. */
export interface Predicate {
  readonly path: string
  readonly intervals: readonly Interval[]
  /** A document whose (only) value lies in the intervals satisfies the predicate, without looking at it. */
  readonly exact: boolean
  /** Satisfied by no document that lacks the field, so a sparse index may answer it. */
  readonly needsField: boolean
  /** Worth nothing on its own: nearly every value satisfies it. */
  readonly weak: boolean
}

/** A filter taken apart for the planner. */
export interface FilterBounds {
  readonly predicates: readonly Predicate[]
  /** The branches of each `$or`, taken apart. */
  readonly unions: readonly (readonly FilterBounds[])[]
  /** The predicates and unions are all there is. */
  readonly whole: boolean
}

/** Takes a filter apart. It has been compiled before, so what is malformed does not come here. */
export function filterBounds(filter: Doc): FilterBounds {
  const found = { predicates: Array<Predicate>(), unions: Array<readonly FilterBounds[]>(), whole: true }
  readFilter(filter, '', found)
  return found
}

interface Found {
  predicates: Predicate[]
  unions: (readonly FilterBounds[])[]
  whole: boolean
}

function readFilter(filter: Doc, prefix: string, found: Found): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$comment') continue
    const branches = asDocs(condition)
    if (key === '$and' && branches) {
      for (const branch of branches) readFilter(branch, prefix, found)
    } else if (key === '$or' && branches && prefix === '') {
      if (branches.length === 1 && branches[0]) readFilter(branches[0], prefix, found)
      else found.unions.push(branches.map(filterBounds))
    } else if (key.startsWith('$')) {
      found.whole = false
    } else {
      readField(prefix + fieldName(key), condition, found)
    }
  }
}

function readField(path: string, condition: Value, found: Found): void {
  if (!isOperators(condition)) {
    found.predicates.push(equalTo(path, condition))
    return
  }
  for (const [operator, operand] of Object.entries(condition)) {
    const predicate = readOperator(path, operator, operand, found)
    if (predicate) found.predicates.push(predicate)
    else found.whole = false
  }
}

function isOperators(condition: Value): condition is Doc {
  if (!isDoc(condition)) return false
  for (const key in condition) return key.startsWith('$') && key !== '$ref' && key !== '$id' && key !== '$db'
  return false
}

function readOperator(path: string, operator: string, operand: Value, found: Found): Predicate | undefined {
  switch (operator) {
    case '$eq':
      return equalTo(path, operand)
    case '$in':
      return Array.isArray(operand) ? oneOf(path, operand) : undefined
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return compared(path, operator, operand)
    case '$ne':
      return otherThan(path, operand)
    case '$exists':
      if (operand === true)
        return { path, intervals: [everything], exact: false, needsField: true, weak: true }
      return operand === false ? equalTo(path, null) : undefined
    case '$all':
      return allOf(path, operand)
    case '$elemMatch':
      return elementMatching(path, operand, found)
    default:
      return undefined
  }
}

/** `$all` is at least its first element; the rest is checked on the document. */
function allOf(path: string, operand: Value): Predicate | undefined {
  const first = Array.isArray(operand) ? operand[0] : undefined
  if (first === undefined || isOperators(first)) return undefined
  return { ...equalTo(path, first), exact: false }
}

/** What an element must satisfy bounds the keys under the array's path, but never proves the whole. */
function elementMatching(path: string, operand: Value, found: Found): undefined {
  if (!isDoc(operand)) return undefined
  const inner: Found = { predicates: [], unions: [], whole: true }
  if (isOperators(operand)) {
    if (!Object.keys(operand).some((key) => key === '$or' || key === '$and' || key === '$nor')) {
      readField(path, operand, inner)
    }
  } else {
    readFilter(operand, `${path}.`, inner)
  }
  for (const predicate of inner.predicates) {
    // Inside an element a missing field matches null; the array itself may then be missing from the index's view.
    if (predicate.needsField) found.predicates.push({ ...predicate, exact: false })
  }
  return undefined
}

function equalTo(path: string, value: Value): Predicate {
  const { intervals, exact } = equalIntervals(value)
  return { path, intervals: normalised(intervals), exact, needsField: value !== null, weak: false }
}

function oneOf(path: string, values: readonly Value[]): Predicate {
  const parts = values.map(equalIntervals)
  return {
    path,
    intervals: normalised(parts.flatMap((part) => part.intervals)),
    exact: parts.every((part) => part.exact),
    needsField: !values.includes(null),
    weak: false,
  }
}

function equalIntervals(value: Value): { intervals: Interval[]; exact: boolean } {
  // Null matches what is missing too, and BSON's undefined, whose key an empty array shares.
  if (value === null) {
    return {
      intervals: [pointAt(Buffer.of(keyTag.undefined)), pointAt(Buffer.of(keyTag.null))],
      exact: false,
    }
  }
  if (value instanceof Regex) return { intervals: regexIntervals(value), exact: false }
  if (Array.isArray(value)) {
    const first = value[0]
    const element = first === undefined ? Buffer.of(keyTag.undefined) : encodeComponent(rawValue(first))
    return { intervals: [pointAt(element), pointAt(encodeComponent(rawValue(value)))], exact: false }
  }
  return { intervals: [pointAt(encodeComponent(rawValue(value)))], exact: isExact(value) }
}

/** Values whose key tells all: equal keys are equal values, in the order the query operators use. */
function isExact(value: Value): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint' ||
    (typeof value === 'number' && !Number.isNaN(value)) ||
    value instanceof Date ||
    value instanceof ObjectId ||
    value instanceof Double ||
    value instanceof Binary
  )
}

const special = /[\\^$.|?*+()[\]{}]/

/** A regular expression that is `^` and plain text first narrows to that beginning; others to all texts. */
function regexIntervals(regex: Regex): Interval[] {
  const stored = pointAt(encodeComponent(rawValue(regex)))
  const texts = beginningWith(Buffer.of(keyTag.string))
  if (
    regex.options.replace('s', '') !== '' ||
    !regex.pattern.startsWith('^') ||
    regex.pattern.includes('|')
  ) {
    return [texts, stored]
  }
  let literal = ''
  const rest = regex.pattern.slice(1)
  for (const character of rest) {
    if (special.test(character)) break
    literal += character
  }
  const next = rest[literal.length]
  // The last character may be optional or repeated: it is not part of the beginning.
  if (next !== undefined && '?*{+'.includes(next)) literal = Array.from(literal).slice(0, -1).join('')
  if (literal === '' || /[\0\u0001]/.test(literal)) return [texts, stored]
  return [beginningWith(Buffer.concat([Buffer.of(keyTag.string), Buffer.from(literal)])), stored]
}

function compared(
  path: string,
  operator: '$gt' | '$gte' | '$lt' | '$lte',
  operand: Value,
): Predicate | undefined {
  if (operand === null) {
    return operator === '$gte' || operator === '$lte' ? equalTo(path, null) : undefined
  }
  const unordered =
    Array.isArray(operand) || isDoc(operand) || operand instanceof Marker || operand instanceof Regex
  if (unordered || isNaNValue(operand)) return undefined
  const raw = rawValue(operand)
  const value: Bound = {
    kind: 'value',
    bytes: encodeComponent(raw),
    inclusive: operator === '$gte' || operator === '$lte',
  }
  const tag = orderOfType(raw.type)
  const sameType: Bound = { kind: 'prefix', bytes: Buffer.of(tag), inclusive: true }
  const isLower = operator === '$gt' || operator === '$gte'
  // NaN sorts below all numbers but is not less than any of them.
  const lowest = tag === keyTag.number ? afterNaN : sameType
  const interval = isLower ? { lower: value, upper: sameType } : { lower: lowest, upper: value }
  return {
    path,
    intervals: normalised([{ ...interval, point: false }]),
    exact: isExact(operand) || operand instanceof Timestamp,
    needsField: true,
    weak: false,
  }
}

const afterNaN: Bound = { kind: 'value', bytes: encodeComponent(rawValue(Number.NaN)), inclusive: false }

function isNaNValue(value: Value): boolean {
  return (
    Number.isNaN(value) || (value instanceof Double && Number.isNaN(value.value)) || value instanceof Decimal
  )
}

function otherThan(path: string, value: Value): Predicate | undefined {
  if (!isExact(value)) return undefined
  const bound: Bound = { kind: 'value', bytes: encodeComponent(rawValue(value)), inclusive: false }
  const intervals = [
    { lower: everything.lower, upper: bound, point: false },
    { lower: bound, upper: everything.upper, point: false },
  ]
  return { path, intervals, exact: true, needsField: false, weak: true }
}
