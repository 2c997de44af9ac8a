import type { ReactNode } from 'react'
import css from './Narrow.module.css'

/** No wider than a form should be. */
export function Narrow({ children }: { children: ReactNode }) {
  return <div className={css.narrow}>{children}</div>
}
