import css from './Said.module.css'

/** Read out when it changes, to those who listen; those who see it have seen it happen. */
export function Said({ children }: { children: string }) {
  return (
    <p role="status" className={css.said}>
      {children}
    </p>
  )
}
