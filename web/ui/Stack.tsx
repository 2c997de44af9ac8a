import type { ReactNode } from 'react'
import css from './Stack.module.css'

/** One under the other, or beside each other as far as there is room. */
export function Stack({
  children,
  gap = 4,
  row = false,
}: {
  children: ReactNode
  gap?: 2 | 4 | 8
  row?: boolean
}) {
  return (
    <div className={css.stack} data-gap={gap} data-row={row || undefined}>
      {children}
    </div>
  )
}
