import { useId } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import css from './Timeline.module.css'

/** Stops of one way, in the order in which they were passed. */
export function Timeline({ children }: { children: ReactNode }) {
  return <ol className={css.timeline}>{children}</ol>
}

/** One stop: what it is, when it was passed, and what can be seen there. */
export function TimelineStop({
  icon,
  tone,
  title,
  at,
  children,
}: {
  icon: IconName
  /** `bad`: this is where it went wrong; `waiting`: it has not got further yet. */
  tone?: 'good' | 'waiting' | 'bad'
  title: ReactNode
  at?: ReactNode
  children?: ReactNode
}) {
  const id = useId()
  return (
    <li className={css.stop} data-tone={tone ?? 'good'} aria-labelledby={id}>
      <span className={css.mark}>
        <Icon name={icon} size="s" />
      </span>
      <div className={css.body}>
        <div className={css.head}>
          <h2 id={id} className={css.title}>
            {title}
          </h2>
          {at && <span className={css.at}>{at}</span>}
        </div>
        {children}
      </div>
    </li>
  )
}
