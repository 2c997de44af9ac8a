import css from './Icon.module.css'
import { icons } from './icons.ts'
import type { IconName } from './icons.ts'

/** A small picture beside words; it carries no meaning of its own and is not read out. */
export function Icon({ name, size = 'm' }: { name: IconName; size?: 's' | 'm' | 'l' }) {
  return (
    <svg className={css.icon} data-size={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={icons[name]} />
    </svg>
  )
}
