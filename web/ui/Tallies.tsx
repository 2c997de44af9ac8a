import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Tallies.module.css'

/** A few numbers that are read at a glance. `name` is what is counted, or the link to it. */
export function Tallies({
  tallies,
}: {
  tallies: readonly { key: string; name: ReactNode; count: number }[]
}) {
  const { i18n } = useTranslation()
  const digits = new Intl.NumberFormat(i18n.language)
  return (
    <dl className={css.tallies}>
      {tallies.map(({ key, name, count }) => (
        <div key={key} className={css.tally}>
          <dt>{name}</dt>
          <dd>{digits.format(count)}</dd>
        </div>
      ))}
    </dl>
  )
}
