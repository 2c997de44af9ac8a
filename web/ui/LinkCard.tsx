import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes } from 'react'
import css from './LinkCard.module.css'

type Given = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className' | 'style'>

function AnchorCard({ children, ...rest }: Given) {
  return (
    <a {...rest} className={css.card}>
      {children}
    </a>
  )
}

/** One thing among others to choose from: the whole of it leads on. */
export const LinkCard = createLink(AnchorCard)
