import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import css from './NeedsRole.module.css'
import { useMay } from './me.tsx'
import type { Role } from './me.tsx'

/** What only some may do. The others get a line that says why it is not there; `quietly`, nothing. */
export function NeedsRole({
  role,
  quietly = false,
  children,
}: {
  role: Role
  quietly?: boolean
  children: ReactNode
}) {
  const { t } = useTranslation()
  if (useMay(role)) return children
  if (quietly) return null
  return (
    <p className={css.note}>
      <Icon name="lock" size="s" />
      {t('app.needsRole', { role: t(`role.${role}`) })}
    </p>
  )
}
