import type { ReactNode } from 'react'
import css from './Columns.module.css'

/** Parts of equal rank beside each other, where there is room for it. */
export function Columns({ children }: { children: ReactNode }) {
  return <div className={css.columns}>{children}</div>
}
