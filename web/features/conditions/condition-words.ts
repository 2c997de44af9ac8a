import i18next from 'i18next'
import { asText, isRecord } from '../../graphql/json.ts'
import type { Json } from '../../graphql/json.ts'
import { isFinished, newComparison, ops, readCondition, takesValue } from './condition.ts'
import type { Comparison, Op, Part } from './condition.ts'
import { fieldWords } from './field-words.ts'

/** A stored condition as a sentence: “plan is pro and country is one of DE or AT”. Empty where there is none. */
export function conditionWords(stored: Json | null): string {
  return partWords(readCondition(stored))
}

/** One comparison as the hub names it in a reason. */
export function comparisonWords({
  path,
  op,
  expected,
}: {
  path: string
  op: string
  expected: Json | undefined
}): string {
  if (op === 'not_one_of') {
    return `${fieldWords(path)} ${i18next.t('condition.op.not_one_of')} ${valueWords(expected)}`
  }
  const known = ops.find((each) => each === op)
  if (!known) return `${path} ${op}`
  return partWords(newComparison(path, known, expected ?? ''))
}

/** “is”, “is at least”; of days rather “is before”. */
export function operatorWords(op: Op, isOfTime: boolean): string {
  return isOfTime && (op === 'greater' || op === 'at_least' || op === 'less' || op === 'at_most')
    ? i18next.t(`condition.timeOp.${op}`)
    : i18next.t(`condition.op.${op}`)
}

export function isDay(value: Json | undefined): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)
}

function partWords(part: Part, isInside = false): string {
  if (part.kind === 'comparison') return oneWords(part)
  const parts = part.parts.map((each) => partWords(each, true)).filter((words) => words !== '')
  const isAnd = part.join === 'all' || part.join === 'not_all'
  const joined = listed(parts, isAnd ? 'conjunction' : 'disjunction')
  if (part.join === 'none' || part.join === 'not_all') {
    return parts.length > 0 ? i18next.t('condition.not', { condition: joined }) : ''
  }
  return isInside && parts.length > 1 ? `(${joined})` : joined
}

function oneWords(comparison: Comparison): string {
  const { path, op, value } = comparison
  if (path === '') return ''
  const left = `${fieldWords(path)} ${operatorWords(op, isDay(value))}`
  if (!takesValue(op)) return left
  return isFinished(comparison) ? `${left} ${valueWords(value)}` : `${left} …`
}

function valueWords(value: Json | undefined): string {
  if (Array.isArray(value))
    return listed(
      value.map((each: Json) => readable(asText(each))),
      'disjunction',
    )
  if (value === true || value === 'true') return i18next.t('condition.yes')
  if (value === false || value === 'false') return i18next.t('condition.no')
  return value === undefined || isRecord(value) ? '' : readable(asText(value))
}

/** A vendor's code reads as words: `subscription_cycle` is “subscription cycle”. */
export function readable(value: string): string {
  return /^[a-z]+(?:_[a-z]+)+$/.test(value) ? value.replaceAll('_', ' ') : value
}

function listed(words: readonly string[], type: 'conjunction' | 'disjunction'): string {
  return new Intl.ListFormat(i18next.language, { type }).format(words)
}
