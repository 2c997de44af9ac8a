import { useId } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Field.module.css'
import { Icon } from './Icon.tsx'

/** What every field of a form says about itself. */
export interface FieldWords {
  label: string
  help?: ReactNode
  /** What is wrong with what was entered, and what would be right. */
  problem?: string | undefined
  required?: boolean
}

/** What the control must carry to belong to its label, help and problem. */
export interface ControlAttributes {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  required: boolean
}

/** Label, help and problem around a control of any kind. Required is the rule: what may stay empty says “optional”. */
export function Field({
  label,
  help,
  problem,
  required = false,
  children,
}: FieldWords & { children: (control: ControlAttributes) => ReactNode }) {
  const { t } = useTranslation()
  const id = useId()
  const describedBy = [help ? `${id}-help` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ')
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {label}
        {!required && <span className={css.optional}>{t('ui.optional')}</span>}
      </label>
      {help && (
        <p id={`${id}-help`} className={css.help}>
          {help}
        </p>
      )}
      {children({
        id,
        required,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': problem ? true : undefined,
      })}
      {problem && (
        <p id={`${id}-problem`} className={css.problem}>
          <Icon name="warning" size="s" />
          {problem}
        </p>
      )}
    </div>
  )
}
