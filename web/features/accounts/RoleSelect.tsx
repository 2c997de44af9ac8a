import { useTranslation } from 'react-i18next'
import type { Role } from '../../app/me.tsx'
import { roles } from '../../app/roles.ts'
import { Select } from '../../ui/Select.tsx'

/** A role with what it may do; `upTo` leaves out what one cannot give. */
export function RoleSelect({
  value,
  onChange,
  upTo = 'owner',
}: {
  value: Role
  onChange: (role: Role) => void
  upTo?: Role
}) {
  const { t } = useTranslation()
  const given = roles.slice(0, roles.indexOf(upTo) + 1)
  return (
    <Select
      label={t('members.role')}
      help={t(`role.may.${value}`)}
      required
      value={value}
      onChange={onChange}
      choices={given.map((role) => ({ value: role, label: t(`role.${role}`) }))}
    />
  )
}
