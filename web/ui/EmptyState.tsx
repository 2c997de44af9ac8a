import type { ReactNode } from 'react'
import css from './EmptyState.module.css'

/**
 * Nothing to show. `first`: there is none yet, and this is how to get one. `filtered`: there are some, but none fit;
 * this is how to see them again.
 */
export function EmptyState({
  kind,
  title,
  children,
  action,
}: {
  kind: 'first' | 'filtered'
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={css.empty} data-kind={kind}>
      {kind === 'first' && <Yard />}
      <h2 className={css.title}>{title}</h2>
      {children && <div className={css.text}>{children}</div>}
      {action && <div className={css.action}>{action}</div>}
    </div>
  )
}

/** Empty tracks with one that waits for its first train. */
function Yard() {
  return (
    <svg className={css.yard} viewBox="0 0 168 56" aria-hidden="true">
      <path d="M4 12h44M120 12h44M4 44h44M120 44h44" />
      <path className={css.way} d="M4 28h160M48 28c18 0 18-16 36-16h36M48 28c18 0 18 16 36 16h36" />
      <circle cx="48" cy="28" r="4" />
    </svg>
  )
}
