import { Outlet, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../app/me.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Tabs } from '../../ui/Tabs.tsx'

/** What belongs to the person and to the workspace, a tab each. */
export function SettingsPage() {
  const { t } = useTranslation()
  const { workspace } = useMe()
  const { pathname } = useLocation()
  const tabs = [
    { label: t('settings.tab.account'), link: { to: '/settings/account' } },
    { label: t('settings.tab.members'), link: { to: '/settings/members' } },
    { label: t('settings.tab.tokens'), link: { to: '/settings/tokens' } },
    { label: t('settings.tab.keeping'), link: { to: '/settings/keeping' } },
    {
      label: t('settings.tab.audit'),
      link: { to: '/settings/audit', search: {}, activeOptions: { includeSearch: false } },
    },
  ] as const
  return (
    <Stack gap={8}>
      <PageHeader
        title={t('settings.title')}
        part={tabs.find(({ link }) => link.to === pathname)?.label}
        about={workspace && t('settings.about', { workspace: workspace.name })}
      />
      <Tabs label={t('settings.title')} tabs={tabs} />
      <Outlet />
    </Stack>
  )
}
