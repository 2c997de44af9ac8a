import { Link, useLocation } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import css from './Tabs.module.css'

export interface Tab {
  label: string
  link: LinkProps
  /** Shown beside the words, for example how many need somebody. */
  count?: number
}

/** Views of one thing. Each has an address, so that it can be sent to a colleague. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const { pathname } = useLocation()
  const strip = useRef<HTMLElement>(null)
  useEffect(() => {
    const here = strip.current?.querySelector('[data-status="active"]')
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [pathname])
  return (
    <nav ref={strip} className={css.tabs} aria-label={label}>
      {tabs.map(({ label: words, link, count }) => (
        <Link
          key={words}
          // What a list is filtered by makes it no other view.
          activeOptions={{ exact: true, includeSearch: false }}
          {...link}
          className={css.tab}
        >
          {words}
          {count !== undefined && count > 0 && <span className={css.count}>{count}</span>}
        </Link>
      ))}
    </nav>
  )
}
