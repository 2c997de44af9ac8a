import type { ReactNode } from 'react'
import css from './Notice.module.css'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'

type NoticeTone = 'plain' | 'good' | 'warn' | 'bad'

const icons: Record<NoticeTone, IconName> = { plain: 'info', good: 'check', warn: 'warning', bad: 'warning' }

/** Something to know, in place: what happened, why, and what to do next. A bad one is read out at once. */
export function Notice({
  tone = 'plain',
  title,
  children,
  action,
}: {
  tone?: NoticeTone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={css.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icons[tone]} />
      <div className={css.words}>
        {title && <p className={css.title}>{title}</p>}
        {children && <div className={css.text}>{children}</div>}
        {action && <div className={css.action}>{action}</div>}
      </div>
    </div>
  )
}
