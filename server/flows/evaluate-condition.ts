import { compilePath, parsePath } from '../../mappings/path.ts'
import type { Comparison, Condition } from './flow.ts'

/** The comparison that made a condition false, and the value that did it. */
export interface FalseBecause {
  path: string
  op: Comparison['op']
  expected: unknown
  actual: unknown
}

export type ConditionResult = { holds: true } | { holds: false; because: FalseBecause }

const HOLDS: ConditionResult = { holds: true }
const compiled = new Map<string, (root: object) => unknown>()
const COMPILED_MAX = 5_000

/** Whether a condition holds for this event and contact; if not, which comparison was false and what the value was. */
export function evaluateCondition(condition: Condition, input: object): ConditionResult {
  if ('all' in condition) {
    for (const part of condition.all) {
      const result = evaluateCondition(part, input)
      if (!result.holds) return result
    }
    return HOLDS
  }
  if ('any' in condition) {
    let last: ConditionResult = HOLDS
    for (const part of condition.any) {
      last = evaluateCondition(part, input)
      if (last.holds) return HOLDS
    }
    return last
  }
  if ('not' in condition) {
    if (!evaluateCondition(condition.not, input).holds) return HOLDS
    const { path, op, value } = firstComparison(condition.not)
    return {
      holds: false,
      because: { path, op: opposite(op), expected: value ?? null, actual: read(path, input) },
    }
  }
  return compare(condition, input)
}

function compare({ path, op, value }: Comparison, input: object): ConditionResult {
  const actual = read(path, input)
  if (isTrue(op, actual, value)) return HOLDS
  return { holds: false, because: { path, op, expected: value ?? null, actual: actual ?? null } }
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

/** Text is compared without regard to case, and a number written as text is that number: people type these. */
function same(actual: unknown, expected: unknown): boolean {
  if (isBlank(actual) || isBlank(expected)) return isBlank(actual) && isBlank(expected)
  if (Array.isArray(actual)) return actual.some((each) => same(each, expected))
  const [left, right] = [asNumber(actual), asNumber(expected)]
  if (left !== undefined && right !== undefined) return left === right
  return String(actual).toLowerCase() === String(expected).toLowerCase()
}

function contains(actual: unknown, expected: unknown): boolean {
  if (isBlank(actual)) return false
  if (Array.isArray(actual)) return actual.some((each) => same(each, expected))
  return String(actual).toLowerCase().includes(String(expected).toLowerCase())
}

/** NaN, which no comparison accepts, where the two cannot be ordered. */
function order(actual: unknown, expected: unknown): number {
  const [left, right] = [asNumber(actual), asNumber(expected)]
  if (left !== undefined && right !== undefined) return left - right
  // RFC 3339 times in UTC, which is what events carry, sort as text.
  if (
    typeof actual === 'string' &&
    typeof expected === 'string' &&
    left === undefined &&
    right === undefined
  ) {
    return actual < expected ? -1 : actual > expected ? 1 : 0
  }
  return Number.NaN
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  )
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

function firstComparison(condition: Condition): Comparison {
  if ('not' in condition) return firstComparison(condition.not)
  if ('path' in condition) return condition
  const [first] = 'all' in condition ? condition.all : condition.any
  return first ? firstComparison(first) : { path: '', op: 'is_set' }
}

function opposite(op: Comparison['op']): Comparison['op'] {
  const opposites: Record<Comparison['op'], Comparison['op']> = {
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
    one_of: 'one_of',
  }
  return opposites[op]
}
