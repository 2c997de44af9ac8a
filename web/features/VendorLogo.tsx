import css from './VendorLogo.module.css'

/** A vendor's mark; its name stands beside it. A connector that is gone leaves an empty plate. */
export function VendorLogo({ svg, size = 'm' }: { svg: string | null | undefined; size?: 's' | 'm' | 'l' }) {
  return (
    <span className={css.plate} data-size={size}>
      {svg && <img src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt="" />}
    </span>
  )
}
