import { useState } from 'react'
import type { ReactNode } from 'react'
import css from './Disclosure.module.css'
import { Icon } from './Icon.tsx'

/** More about something for whoever wants to know; made only when it is opened. `opened` opens it from outside. */
export function Disclosure({
  label,
  children,
  opened = false,
}: {
  label: ReactNode
  children: () => ReactNode
  opened?: boolean
}) {
  const [isOpen, setIsOpen] = useState(opened)
  return (
    <details
      className={css.disclosure}
      open={opened || undefined}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary className={css.label}>
        <Icon name="right" size="s" />
        {label}
      </summary>
      {(isOpen || opened) && <div className={css.content}>{children()}</div>}
    </details>
  )
}
