import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ReactNode } from 'react'
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

/** The same for what is done here and now. */
export function PressCard({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <button type="button" className={css.card} onClick={onPress}>
      {children}
    </button>
  )
}
