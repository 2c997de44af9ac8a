import { Fragment } from 'react'

/** Something as a program writes it: an id, a name, a formula. It breaks behind its signs and not inside its words. */
export function Code({ children }: { children: string }) {
  return (
    <code>
      {children.split(/(?<=\w[-._,:;/|&=?(]+)(?![-._,:;/|&=?(])/).map((piece, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {piece}
        </Fragment>
      ))}
    </code>
  )
}
