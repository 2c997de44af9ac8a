import { useId } from 'react'
import type { ReactNode } from 'react'
import css from './Section.module.css'

/** A part of a page under its own heading. `framed` sets it on a card. */
export function Section({
  title,
  about,
  action,
  framed = false,
  children,
}: {
  title: string
  about?: ReactNode
  action?: ReactNode
  framed?: boolean
  children: ReactNode
}) {
  const id = useId()
  return (
    <section className={css.section} data-framed={framed || undefined} aria-labelledby={id}>
      <div className={css.head}>
        <div className={css.words}>
          <h2 id={id} className={css.title} tabIndex={-1}>
            {title}
          </h2>
          {about && <p className={css.about}>{about}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
