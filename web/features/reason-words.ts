import i18next from 'i18next'
import type { Json } from '../graphql/graphql.ts'
import { wordOf } from '../i18n/word-of.ts'

/** A reason as the API gives it: a code and the values its sentence talks about. */
export interface Reason {
  code: string
  data: Json | null
}

/** Why something is as it is, in the reader's language, with the reason behind it where there is one. */
export function reasonWords({ code, data }: Reason): string {
  const values = recordOf(data)
  const words = wordOf('reason', code, flat(values), i18next.t('reasonUnknown', { code }))
  const behind = reasonIn(values['because']) ?? reasonIn(values['last'])
  return behind ? `${words} ${reasonWords(behind)}` : words
}

function reasonIn(value: Json | undefined): Reason | undefined {
  const { code, data } = recordOf(value ?? null)
  return typeof code === 'string' ? { code, data: data ?? null } : undefined
}

function recordOf(value: Json | null): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {}
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** What can stand in a sentence; nested values as JSON. */
function flat(values: Readonly<Record<string, Json>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
