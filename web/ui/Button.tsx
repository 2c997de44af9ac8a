import { createLink } from '@tanstack/react-router'
import { use } from 'react'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Button.module.css'
import { Icon } from './Icon.tsx'
import type { IconName } from './icons.ts'
import { Sending } from './sending.ts'

interface Look {
  /** `primary`: the one thing to do next on this page. Default `secondary`. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger'
  size?: 's' | 'm'
  icon?: IconName
}

type Native<T> = Omit<T, 'className' | 'style' | 'children'>

export interface ButtonProps extends Look, Native<ButtonHTMLAttributes<HTMLButtonElement>> {
  /** At work: it cannot be pressed, and says so. */
  busy?: boolean
  children: ReactNode
}

export function Button({ kind, size, icon, busy = false, children, type = 'button', ...rest }: ButtonProps) {
  const { t } = useTranslation()
  const isSending = use(Sending) && type === 'submit'
  const isBusy = busy || isSending
  return (
    <button
      {...rest}
      type={type}
      className={css.button}
      data-kind={kind ?? 'secondary'}
      data-size={size ?? 'm'}
      data-busy={isBusy || undefined}
      disabled={rest.disabled === true || isBusy}
    >
      {icon && <Icon name={icon} />}
      <span className={css.words}>{children}</span>
      {isBusy && <span className={css.busy} role="status" aria-label={t('ui.busy')} />}
    </button>
  )
}

/** A button with a picture alone; `label` is what is read out and shown on hover. */
export function IconButton({
  icon,
  label,
  framed = false,
  ...rest
}: { icon: IconName; label: string; framed?: boolean } & Native<ButtonHTMLAttributes<HTMLButtonElement>>) {
  return (
    <button
      {...rest}
      type="button"
      className={css.square}
      data-framed={framed || undefined}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  )
}

interface AnchorProps extends Look, Native<AnchorHTMLAttributes<HTMLAnchorElement>> {
  children?: ReactNode
}

function AnchorButton({ kind, size, icon, children, ...rest }: AnchorProps) {
  return (
    <a {...rest} className={css.button} data-kind={kind ?? 'secondary'} data-size={size ?? 'm'}>
      {icon && <Icon name={icon} />}
      <span className={css.words}>{children}</span>
    </a>
  )
}

/** Goes to another page and looks like a button. */
export const ButtonLink = createLink(AnchorButton)
