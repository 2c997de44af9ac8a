import type { ReactNode } from 'react'
import css from './VendorCell.module.css'
import { VendorLogo } from './VendorLogo.tsx'

/** How a row of a list begins: the vendor's mark, the link to what the row is about, and quieter words below. */
export function VendorCell({
  logo,
  note,
  children,
}: {
  logo: string | null | undefined
  note?: ReactNode
  children: ReactNode
}) {
  return (
    <span className={css.cell}>
      <VendorLogo svg={logo} size="s" />
      <span>
        <span className={css.link}>{children}</span>
        {note && <span className={css.note}>{note}</span>}
      </span>
    </span>
  )
}
