import type { ReactNode } from 'react'
import css from './FilterBar.module.css'

/** What a list shows only some of, beside each other. `label` says what is being chosen. */
export function FilterBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={css.bar} role="search" aria-label={label}>
      {children}
    </div>
  )
}
