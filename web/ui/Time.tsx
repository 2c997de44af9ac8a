import { useTranslation } from 'react-i18next'
import { ago } from './ago.ts'
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
