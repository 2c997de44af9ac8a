import { useId } from 'react'
import type { ReactNode } from 'react'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import css from './Steps.module.css'

/** What is done one after the other, of which one is open to be worked on. */
export function Steps({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className={css.steps} aria-label={label}>
      {children}
    </ol>
  )
}

/** One step: what it is in a sentence; opened, what it is made of. */
export function Step({
  icon,
  kicker,
  summary,
  problem,
  note,
  isOpen,
  onToggle,
  anchor,
  children,
}: {
  icon: IconName
  /** Its part in the whole: “When”, “Do”. */
  kicker: string
  summary: ReactNode
  /** What it still lacks, in a word. */
  problem?: string | undefined
  /** What is worth a look inside. */
  note?: string | undefined
  isOpen: boolean
  onToggle: () => void
  /** The id of its button, for links that lead here. */
  anchor: string
  children: ReactNode
}) {
  const id = useId()
  return (
    <li className={css.step} data-bad={problem ? true : undefined} data-open={isOpen || undefined}>
      <span className={css.mark}>
        <Icon name={icon} size="s" />
      </span>
      <div className={css.card}>
        <h2 className={css.title}>
          <button
            type="button"
            id={anchor}
            className={css.head}
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={onToggle}
          >
            <span className={css.words}>
              <span className={css.kicker}>
                {kicker}
                {problem && (
                  <span className={css.problem}>
                    <Icon name="warning" size="s" />
                    {problem}
                  </span>
                )}
                {note && (
                  <span className={css.note}>
                    <Icon name="edit" size="s" />
                    {note}
                  </span>
                )}
              </span>
              <span className={css.summary}>{summary}</span>
            </span>
            <Icon name="down" />
          </button>
        </h2>
        {isOpen && (
          <div id={id} className={css.body}>
            {children}
          </div>
        )}
      </div>
    </li>
  )
}

/** What stands between or after the steps, on the same track. */
export function StepsEnd({ children }: { children: ReactNode }) {
  return <li className={css.end}>{children}</li>
}
