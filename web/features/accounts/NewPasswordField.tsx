import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/TextField.tsx'

type Given = Omit<ComponentProps<typeof TextField>, 'help' | 'type' | 'autoComplete' | 'required'>

/** Where somebody chooses a password: says what the hub asks of one, and lets the browser propose it. */
export function NewPasswordField(field: Given) {
  const { t } = useTranslation()
  return (
    <TextField
      {...field}
      help={t('account.passwordHelp')}
      type="password"
      autoComplete="new-password"
      required
    />
  )
}
