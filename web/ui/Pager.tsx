import type { LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from './Button.tsx'
import css from './Pager.module.css'

/** From here on the hub does not count any further. */
const COUNTED_MAX = 10_000

/** Where there is such a page. */
type Place = Pick<LinkProps, 'to' | 'search'> | false | '' | null | undefined

/**
 * Goes through a list that has no end, newest first: one page is on the screen, its place stands in the address, and the
 * browser's own way back leads to the page before.
 */
export function Pager({ count, newest, older }: { count: number; newest: Place; older: Place }) {
  const { t, i18n } = useTranslation()
  const shown = new Intl.NumberFormat(i18n.language).format(count)
  return (
    <nav className={css.pager} aria-label={t('pager.label')}>
      <span className={css.count}>
        {t(count >= COUNTED_MAX ? 'pager.countAtLeast' : 'pager.count', { count, shown })}
      </span>
      {newest && (
        <ButtonLink {...newest} size="s" icon="left">
          {t('pager.newest')}
        </ButtonLink>
      )}
      {older && (
        <ButtonLink {...older} size="s">
          {t('pager.older')}
        </ButtonLink>
      )}
    </nav>
  )
}
