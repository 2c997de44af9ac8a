import { Link, useLocation } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import { AccountMenu } from './AccountMenu.tsx'
import { Logo } from './Logo.tsx'
import css from './Navigation.module.css'

interface Stop {
  label: string
  icon: IconName
  link: LinkProps
  exact?: boolean
  /** Other pages of the same stop, which stand elsewhere. */
  also?: readonly string[]
}

/** The line of pages: a track with a stop for each. On narrow screens it is behind a button. */
export function Navigation() {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const pathname = useLocation({ select: (location) => location.pathname })

  const stops: readonly Stop[] = [
    { label: t('nav.home'), icon: 'home', link: { to: '/' }, exact: true },
    { label: t('nav.flows'), icon: 'flow', link: { to: '/flows' }, also: ['/mappings'] },
    { label: t('nav.events'), icon: 'events', link: { to: '/events' }, also: ['/deliveries', '/receipts'] },
    { label: t('nav.contacts'), icon: 'people', link: { to: '/contacts' } },
    { label: t('nav.connections'), icon: 'plug', link: { to: '/connections' } },
    { label: t('nav.settings'), icon: 'settings', link: { to: '/settings' } },
  ]
  return (
    <section className={css.side} aria-label={t('nav.site')}>
      <div className={css.top}>
        <Link to="/" className={css.home}>
          <Logo />
        </Link>
        <div className={css.toggle}>
          <IconButton
            icon={isOpen ? 'cross' : 'menu'}
            label={t(isOpen ? 'nav.close' : 'nav.open')}
            aria-expanded={isOpen}
            aria-controls="navigation"
            onClick={() => setIsOpen(!isOpen)}
          />
        </div>
      </div>
      <div id="navigation" className={css.body} data-open={isOpen || undefined}>
        <nav aria-label={t('nav.label')}>
          <ul className={css.line}>
            {stops.map(({ label, icon, link, exact, also }) => (
              <li key={label}>
                <Link
                  {...link}
                  className={css.stop}
                  activeOptions={{ exact: exact ?? false }}
                  {...(also?.some((path) => pathname.startsWith(path)) && { 'data-status': 'active' })}
                  onClick={() => setIsOpen(false)}
                >
                  <Icon name={icon} />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <AccountMenu />
      </div>
    </section>
  )
}
