import { useTranslation } from 'react-i18next'
import { Tabs } from '../../ui/Tabs.tsx'

/** What a flow does, and how it came to do so. */
export function FlowTabs({ flowId, open }: { flowId: string; open?: string | undefined }) {
  const { t } = useTranslation()
  const params = { flowId }
  return (
    <Tabs
      label={t('flow.views')}
      tabs={[
        {
          label: t('flow.steps.label'),
          link: { to: '/flows/$flowId', params, search: open ? { open } : {} },
        },
        { label: t('flow.history.title'), link: { to: '/flows/$flowId/history', params } },
      ]}
    />
  )
}
