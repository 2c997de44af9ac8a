import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Json } from '../../graphql/json.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Time } from '../../ui/Time.tsx'
import { htmlAsText, isHtml } from './html-as-text.ts'
import { valueLines } from './value-lines.ts'
import css from './ValueInWords.module.css'

/**
 * A value as people put it: a moment in their own zone, HTML as what it says, with its source to look at. A code stays as
 * it is sent, and what it stands for is said beside it. `name` is what the value is called, such as `country`.
 */
export function ValueInWords({ name, value }: { name: string; value: Json | undefined }) {
  const words = valueLines(value)
  if (words === '') return '–'
  if (typeof value !== 'string') return <span className={css.words}>{words}</span>
  if (isMoment(value)) return <Time at={value} />
  if (isHtml(value)) return <Html html={value} />
  const meaning = meaningOf(name, value)
  return (
    <span className={css.words}>
      {words}
      {meaning && <span className={css.meaning}> ({meaning})</span>}
    </span>
  )
}

function Html({ html }: { html: string }) {
  const { t } = useTranslation()
  return (
    <div className={css.html}>
      <span className={css.words}>{htmlAsText(html)}</span>
      <Disclosure label={t('payload.html')}>{() => <code className={css.words}>{html}</code>}</Disclosure>
    </div>
  )
}

/**
 * A moment with its zone, such as `2026-11-25T16:49:18.000Z`; a day or an hour alone means the same everywhere. What no
 * calendar has, such as `0000-00-00T00:00:00Z` for “never”, is none.
 */
function isMoment(value: string): boolean {
  return written.test(value) && !Number.isNaN(Date.parse(value))
}

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/

/** What a code means in the reader's language; nothing where it is none. */
function meaningOf(name: string, value: string): string | undefined {
  if (/country/i.test(name) && /^[A-Z]{2}$/.test(value)) return named('region', value)
  if (/^(?:locale|lang|language)$/i.test(name) && /^[a-z]{2}(?:[-_][A-Z]{2})?$/.test(value))
    return named('language', value.replace('_', '-'))
  return undefined
}

function named(type: 'region' | 'language', code: string): string | undefined {
  return new Intl.DisplayNames(i18next.language, { type, fallback: 'none' }).of(code)
}
