import { useTranslation } from 'react-i18next'
import css from './DayStrip.module.css'

/**
 * How often something happened on each of a few days, as bars side by side. `most` is the count that fills the height:
 * strips below each other share it, so that they can be compared. Whoever listens hears day and count.
 */
export function DayStrip({
  days,
  most,
}: {
  /** Days as `2026-11-26`, oldest first. */
  days: readonly { day: string; count: number }[]
  most: number
}) {
  const { i18n } = useTranslation()
  const name = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
  const digits = new Intl.NumberFormat(i18n.language)
  const told = days.map(({ day, count }) => ({
    day,
    share: most > 0 ? count / most : 0,
    words: `${name.format(new Date(day))}: ${digits.format(count)}`,
  }))
  return (
    <span className={css.strip} role="img" aria-label={told.map(({ words }) => words).join(', ')}>
      {told.map(({ day, share, words }) => (
        <span key={day} className={css.day} title={words}>
          {share > 0 && <span className={css.bar} style={{ blockSize: `${Math.max(share * 100, 8)}%` }} />}
        </span>
      ))}
    </span>
  )
}
