import { useTranslation } from 'react-i18next'
import { useNow } from './use-now.ts'

/**
 * A moment in the reader's own zone. `ago` says how long ago, `coming` names the day of the week; the exact moment, with
 * its zone, is shown on hover.
 */
export function Time({ at, form = 'moment' }: { at: string; form?: 'moment' | 'day' | 'ago' | 'coming' }) {
  const { i18n } = useTranslation()
  const now = useNow()
  const date = new Date(at)
  const words =
    form === 'ago'
      ? ago(date, now, i18n.language)
      : new Intl.DateTimeFormat(i18n.language, forms[form]).format(date)
  const exact = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'full', timeStyle: 'long' }).format(date)
  return (
    <time dateTime={at} title={exact}>
      {words}
    </time>
  )
}

const forms = {
  moment: { dateStyle: 'medium', timeStyle: 'short' },
  day: { dateStyle: 'medium' },
  coming: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
} as const

const DAY_S = 86_400
const units = [
  ['hour', 3_600],
  ['minute', 60],
] as const

export function ago(date: Date, now: number, language: string): string {
  const seconds = (date.getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  // A day is one of the calendar: not all that is less than two days old was yesterday.
  if (Math.abs(seconds) >= DAY_S) return format.format(dayOf(date) - dayOf(new Date(now)), 'day')
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(0, 'second')
}

/** The days of the reader's calendar, numbered. */
function dayOf(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (DAY_S * 1000)
}
