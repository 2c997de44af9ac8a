import { ops } from './condition.ts'
import type { Op } from './condition.ts'

/** What the values at a path are, as far as real events have shown. */
export type ReadableKind = 'text' | 'number' | 'yes_no' | 'time' | 'list'

const byKind: Record<ReadableKind, readonly Op[]> = {
  text: ['equals', 'not_equals', 'one_of', 'contains', 'not_contains', 'is_set', 'is_blank'],
  number: ['equals', 'not_equals', 'one_of', 'greater', 'at_least', 'less', 'at_most', 'is_set', 'is_blank'],
  yes_no: ['equals', 'is_set', 'is_blank'],
  time: ['at_least', 'less', 'is_set', 'is_blank'],
  list: ['contains', 'not_contains', 'is_set', 'is_blank'],
}

/** The comparisons that make sense for such values, and the present one in any case. */
export function operatorsOf(kind: ReadableKind | undefined, present: Op): readonly Op[] {
  const sensible = kind ? byKind[kind] : ops
  return ops.filter((op) => op === present || sensible.includes(op))
}

/** The comparison to begin with, or the present one where it still makes sense. */
export function operatorFor(kind: ReadableKind | undefined, present: Op): Op {
  const sensible = kind ? byKind[kind] : ops
  return sensible.includes(present) ? present : (sensible[0] ?? 'equals')
}
