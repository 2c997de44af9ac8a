import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Pager.module.css'

/** From here on the hub does not count any further. */
const COUNTED_MAX = 10_000

/**
 * Goes through a list that has no end, newest first: one page is on the screen, its place stands in the address, and the
 * browser's own way back leads to the page before. `children` are the links.
 */
export function Pager({ count, children }: { count: number; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  const shown = new Intl.NumberFormat(i18n.language).format(count)
  return (
    <nav className={css.pager} aria-label={t('pager.label')}>
      <span className={css.count}>
        {t(count >= COUNTED_MAX ? 'pager.countAtLeast' : 'pager.count', { count, shown })}
      </span>
      {children}
    </nav>
  )
}
