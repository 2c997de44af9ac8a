import { useTranslation } from 'react-i18next'
import { useMe } from '../../app/me.tsx'
import { ChangeName } from '../../features/accounts/ChangeName.tsx'
import { ChangePassword } from '../../features/accounts/ChangePassword.tsx'
import { Sessions } from '../../features/accounts/Sessions.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'

/** One's own account. A program that asks with a token has none. */
export function AccountPage() {
  const { t } = useTranslation()
  const { name, user } = useMe()
  if (!user) return <Notice>{t('settings.account.none')}</Notice>
  return (
    <Stack gap={8}>
      <ChangeName name={name} email={user.email} />
      <ChangePassword />
      <Sessions />
    </Stack>
  )
}
