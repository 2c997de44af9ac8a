import { isBlank } from '../../mappings/blank.ts'
import { compilePath, parsePath } from '../../mappings/path.ts'
import type { Comparison, Condition } from './flow.ts'

/** The comparison that decided against a condition, and the value that did it. */
export interface FalseBecause {
  path: string
  /** What would have had to hold: under a `not` the opposite of what is written there. */
  op: Comparison['op'] | 'not_one_of'
  expected: unknown
  actual: unknown
}

export type ConditionResult = { holds: true } | { holds: false; because: FalseBecause }

const HOLDS: ConditionResult = { holds: true }
const compiled = new Map<string, (root: object) => unknown>()
const COMPILED_MAX = 5_000

/** Whether a condition holds for this event and contact; if not, which comparison decided and what the value was. */
export function evaluateCondition(condition: Condition, input: object): ConditionResult {
  return evaluate(condition, input, false)
}

/** A `not` goes down to the comparisons, so that the one named is the one that decided: not (a or b) is not a, not b. */
function evaluate(condition: Condition, input: object, isNegated: boolean): ConditionResult {
  if ('not' in condition) return evaluate(condition.not, input, !isNegated)
  if ('path' in condition) return compare(condition, input, isNegated)
  const isEachNeeded = 'all' in condition !== isNegated
  // A group without parts says nothing.
  let last: ConditionResult = HOLDS
  for (const part of 'all' in condition ? condition.all : condition.any) {
    last = evaluate(part, input, isNegated)
    if (last.holds !== isEachNeeded) return last
  }
  return last
}

function compare({ path, op, value }: Comparison, input: object, isNegated: boolean): ConditionResult {
  const actual = read(path, input)
  if (isTrue(op, actual, value) !== isNegated) return HOLDS
  const needed = isNegated ? opposites[op] : op
  return { holds: false, because: { path, op: needed, expected: value ?? null, actual: actual ?? null } }
}

function isTrue(op: Comparison['op'], actual: unknown, expected: Comparison['value']): boolean {
  switch (op) {
    case 'equals':
      return same(actual, expected)
    case 'not_equals':
      return !same(actual, expected)
    case 'contains':
      return contains(actual, expected)
    case 'not_contains':
      return !contains(actual, expected)
    case 'one_of':
      return Array.isArray(expected) && expected.some((each) => same(actual, each))
    case 'is_set':
      return !isBlank(actual)
    case 'is_blank':
      return isBlank(actual)
    case 'greater':
      return order(actual, expected) > 0
    case 'at_least':
      return order(actual, expected) >= 0
    case 'less':
      return order(actual, expected) < 0
    case 'at_most':
      return order(actual, expected) <= 0
  }
}

/**
 * Text is compared without regard to case, a number written as text is that number, and a time is the same in every
 * zone: people type these.
 */
function same(actual: unknown, expected: unknown): boolean {
  if (isBlank(actual) || isBlank(expected)) return isBlank(actual) && isBlank(expected)
  if (Array.isArray(actual)) return actual.some((each) => same(each, expected))
  const difference = numbersOrTimesApart(actual, expected)
  if (difference !== undefined) return difference === 0
  const text = asText(actual)
  return text !== undefined && text === asText(expected)
}

function contains(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(actual)) return actual.some((each) => same(each, expected))
  const part = asText(expected)
  return part !== undefined && !isBlank(actual) && (asText(actual)?.includes(part) ?? false)
}

/** NaN, which no comparison accepts, where the two cannot be ordered. */
function order(actual: unknown, expected: unknown): number {
  const difference = numbersOrTimesApart(actual, expected)
  if (difference !== undefined) return difference
  if (typeof actual !== 'string' || typeof expected !== 'string') return Number.NaN
  if (asNumber(actual) !== undefined || asNumber(expected) !== undefined) return Number.NaN
  return actual < expected ? -1 : actual > expected ? 1 : 0
}

/** How far the first lies behind the second where both are numbers, or both are times. */
function numbersOrTimesApart(actual: unknown, expected: unknown): number | undefined {
  const [left, right] = [asNumber(actual), asNumber(expected)]
  if (left !== undefined && right !== undefined) return left - right
  const [time, other] = [asSpan(actual), asSpan(expected)]
  if (!time || !other) return undefined
  if (time.last < other.first) return time.last - other.first
  return Math.max(0, time.first - other.last)
}

/** As people read it, in small letters, however its accents are written. An object or a list is no text, whatever it holds. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.normalize().toLowerCase()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/**
 * Text is a number only as people write one, and with no more digits than a number keeps: `01234` is a postcode, and
 * the ids of two advertisements may differ in their eighteenth digit.
 */
function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  const isNumber = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)
  return isNumber && text.replaceAll(/^[+-]?0*|\./g, '').length <= 15 ? Number(text) : undefined
}

const DAY_MS = 86_400_000
const date = /^\d{4}-\d\d-\d\d$/
const time = /^\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)$/i

/** The milliseconds that a date (all of its day, in UTC) or a time covers. */
function asSpan(value: unknown): { first: number; last: number } | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  const isDate = date.test(text)
  if (!isDate && !time.test(text)) return undefined
  const first = Date.parse(text)
  return Number.isNaN(first) ? undefined : { first, last: isDate ? first + DAY_MS - 1 : first }
}

function read(text: string, input: object): unknown {
  let reader = compiled.get(text)
  if (!reader) {
    const parsed = parsePath(text)
    reader = parsed.ok ? compilePath(parsed.path) : () => undefined
    if (compiled.size >= COMPILED_MAX) compiled.clear()
    compiled.set(text, reader)
  }
  return reader(input)
}

const opposites: Record<Comparison['op'], FalseBecause['op']> = {
  equals: 'not_equals',
  not_equals: 'equals',
  contains: 'not_contains',
  not_contains: 'contains',
  greater: 'at_most',
  at_most: 'greater',
  less: 'at_least',
  at_least: 'less',
  is_set: 'is_blank',
  is_blank: 'is_set',
  one_of: 'not_one_of',
}
