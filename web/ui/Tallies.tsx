import { useTranslation } from 'react-i18next'
import css from './Tallies.module.css'

/** A few numbers that are read at a glance. */
export function Tallies({ tallies }: { tallies: readonly (readonly [name: string, count: number])[] }) {
  const { i18n } = useTranslation()
  const digits = new Intl.NumberFormat(i18n.language)
  return (
    <dl className={css.tallies}>
      {tallies.map(([name, count]) => (
        <div key={name} className={css.tally}>
          <dt>{name}</dt>
          <dd>{digits.format(count)}</dd>
        </div>
      ))}
    </dl>
  )
}
