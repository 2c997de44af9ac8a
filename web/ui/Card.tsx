import type { ReactNode } from 'react'
import css from './Card.module.css'

/** One thing among others like it, on a surface of its own. `label` names it for those who listen. */
export function Card({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <article className={css.card} aria-label={label}>
      {children}
    </article>
  )
}
