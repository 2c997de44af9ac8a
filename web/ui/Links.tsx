import { Children } from 'react'
import type { ReactNode } from 'react'
import css from './Links.module.css'

/** Links one under the other, far enough apart to be met by a finger. */
export function Links({ children }: { children: ReactNode }) {
  return (
    <ul className={css.links}>
      {Children.map(children, (link) => (
        <li>{link}</li>
      ))}
    </ul>
  )
}
