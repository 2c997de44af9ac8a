import i18next from 'i18next'
import type { CombinedError } from 'urql'
import { wordOf } from '../i18n/word-of.ts'

/** What went wrong with a request, in words: what happened, why, and what to do next. */
export function failureWords({ networkError, graphQLErrors }: CombinedError): string {
  if (networkError) return i18next.t('error.unreachable')
  const [first] = graphQLErrors
  const code = first?.extensions['code']
  return wordOf('error', typeof code === 'string' ? code : 'unknown', {}, first?.message)
}
