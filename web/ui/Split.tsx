import type { ReactNode } from 'react'
import css from './Split.module.css'

/** What one does, beside what one reads to do it. Narrow screens put the reading below. */
export function Split({ main, side, sideLabel }: { main: ReactNode; side: ReactNode; sideLabel: string }) {
  return (
    <div className={css.split}>
      <div className={css.main}>{main}</div>
      <aside className={css.side} aria-label={sideLabel}>
        {side}
      </aside>
    </div>
  )
}
