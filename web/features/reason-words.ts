import i18next from 'i18next'
import { isRecord } from '../graphql/json.ts'
import type { Json, JsonRecord } from '../graphql/json.ts'
import { wordOf } from '../i18n/word-of.ts'
import { comparisonWords, readable } from './conditions/condition-words.ts'

/** A reason as the API gives it: a code and the values its sentence talks about. */
export interface Reason {
  code: string
  data: Json | null
}

/** Why something is as it is, in the reader's language, with the reason behind it where there is one. */
export function reasonWords({ code, data }: Reason): string {
  const values = recordOf(data)
  const words = wordOf(
    'reason',
    code,
    { ...flat(values), ...comparisonIn(values) },
    i18next.t('reasonUnknown', { code }),
  )
  const behind = reasonIn(values['because']) ?? reasonIn(values['last'])
  return behind ? `${words} ${reasonWords(behind)}` : words
}

function reasonIn(value: Json | undefined): Reason | undefined {
  const { code, data } = recordOf(value ?? null)
  return typeof code === 'string' ? { code, data: data ?? null } : undefined
}

/** Of a condition that was false: the comparison as it reads in the flow, and what was there instead. */
function comparisonIn({ path, op, expected, actual }: JsonRecord): Record<string, string> {
  if (typeof path !== 'string' || typeof op !== 'string') return {}
  const comparison = comparisonWords({ path, op, expected })
  if (actual === null) return { comparison, actual: i18next.t('condition.nothing') }
  return typeof actual === 'string' ? { comparison, actual: readable(actual) } : { comparison }
}

function recordOf(value: Json | null): JsonRecord {
  return isRecord(value) ? value : {}
}

/** What can stand in a sentence; nested values as JSON. */
function flat(values: JsonRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
