import css from './StatusPill.module.css'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'

/** What a state means for whoever looks: nothing to do, wait, look at it, act. */
export type Tone = 'good' | 'calm' | 'waiting' | 'bad'

const icons: Record<Tone, IconName> = { good: 'check', calm: 'pause', waiting: 'clock', bad: 'warning' }

/** A state as icon and word, never as colour alone. */
export function StatusPill({ tone, children, icon }: { tone: Tone; children: string; icon?: IconName }) {
  return (
    <span className={css.pill} data-tone={tone}>
      <Icon name={icon ?? icons[tone]} size="s" />
      {children}
    </span>
  )
}
