import { Link } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import css from './PageHeader.module.css'

/** What this page is: its title, which is the window's too, one sentence, and what can be done with the whole. */
export function PageHeader({
  title,
  part,
  about,
  back,
  picture,
  status,
  actions,
}: {
  title: string
  /** Which of its parts is shown, for the window's title. */
  part?: string
  about?: ReactNode
  /** The list that this is one of. */
  back?: { label: string; link: LinkProps }
  picture?: ReactNode
  status?: ReactNode
  actions?: ReactNode
}) {
  useEffect(() => {
    document.title = [part, title, 'Switchyard'].filter(Boolean).join(' · ')
  }, [part, title])

  return (
    <header className={css.header}>
      {back && (
        <Link {...back.link} className={css.back}>
          <Icon name="left" size="s" />
          {back.label}
        </Link>
      )}
      <div className={css.row}>
        {picture && <div className={css.picture}>{picture}</div>}
        <div className={css.words}>
          <div className={css.line}>
            <h1 className={css.title} tabIndex={-1}>
              {title}
            </h1>
            {status}
          </div>
          {about && <p className={css.about}>{about}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </div>
    </header>
  )
}
