import { Link } from '@tanstack/react-router'
import type { LinkProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import css from './LinkPills.module.css'

export interface LinkPill {
  key: string
  label: string
  link: LinkProps
  isCurrent: boolean
}

/** Ways to look at one list, of which people have made some: any number of them, one of which is in use. */
export function LinkPills({ label, pills }: { label: string; pills: readonly LinkPill[] }) {
  const strip = useRef<HTMLElement>(null)
  const current = pills.find(({ isCurrent }) => isCurrent)?.key
  useEffect(() => {
    const here = strip.current?.querySelector('[aria-current]')
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [current])
  return (
    <nav ref={strip} className={css.pills} aria-label={label}>
      {pills.map(({ key, label: words, link, isCurrent }) => (
        <Link
          key={key}
          {...link}
          className={css.pill}
          // Whether it is in use is said by whoever knows; the router would mark what is like the address alone.
          activeOptions={{ exact: true }}
          aria-current={isCurrent ? 'page' : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  )
}
