import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { StatusPill } from '../../ui/StatusPill.tsx'

export const FlowStatusFields = graphql(`
  fragment FlowStatusFields on Flow {
    state
    publishedVersion
    hasUnpublishedChanges
    gaps {
      code
    }
  }
`)

/** How a flow is, in one word: what a person would have to do about it first. */
export function FlowStatus({ flow }: { flow: FragmentOf<typeof FlowStatusFields> }) {
  const { t } = useTranslation()
  const { state, publishedVersion, hasUnpublishedChanges, gaps } = readFragment(FlowStatusFields, flow)
  if (publishedVersion === null) {
    return gaps.length > 0 ? (
      <StatusPill tone="bad">{t('flow.status.incomplete')}</StatusPill>
    ) : (
      <StatusPill tone="calm" icon="edit">
        {t('flow.status.draft')}
      </StatusPill>
    )
  }
  if (state === 'paused') return <StatusPill tone="calm">{t('flow.status.paused')}</StatusPill>
  if (hasUnpublishedChanges)
    return (
      <StatusPill tone="waiting" icon="edit">
        {t('flow.status.changed')}
      </StatusPill>
    )
  return <StatusPill tone="good">{t('flow.status.on')}</StatusPill>
}
