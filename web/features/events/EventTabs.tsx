import { useTranslation } from 'react-i18next'
import { Tabs } from '../../ui/Tabs.tsx'

/** What was understood, what was sent on because of it, and what was not taken in. */
export function EventTabs() {
  const { t } = useTranslation()
  return (
    <Tabs
      label={t('events.views')}
      tabs={[
        { label: t('events.title'), link: { to: '/events' } },
        { label: t('deliveries.title'), link: { to: '/deliveries' } },
        { label: t('receipts.title'), link: { to: '/receipts' } },
      ]}
    />
  )
}
