import { useState } from 'react'
import type { ReactNode } from 'react'
import css from './Disclosure.module.css'

/** More about something for whoever wants to know; made only when it is opened. */
export function Disclosure({ label, children }: { label: ReactNode; children: () => ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className={css.disclosure} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className={css.label}>{label}</summary>
      {isOpen && <div className={css.content}>{children()}</div>}
    </details>
  )
}
