import { Fragment } from 'react'
import css from './Code.module.css'

/** So short that it stays in one piece, however narrow the place is. */
const WHOLE_MAX = 20

/** Something as a program writes it: an id, a name, a formula. It breaks behind its signs and not inside its words. */
export function Code({ children }: { children: string }) {
  if (children.length <= WHOLE_MAX) return <code className={css.whole}>{children}</code>
  return (
    <code>
      {children.split(/(?<=[-._,:;/|&=?(])/).map((piece, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {piece}
        </Fragment>
      ))}
    </code>
  )
}
