import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { eventWords } from '../../features/events/event-words.ts'
import { FlowStatus, FlowStatusFields } from '../../features/flows/FlowStatus.tsx'
import { FlowSwitch, FlowSwitchFields } from '../../features/flows/FlowSwitch.tsx'
import { MappingOutline, MappingOutlineFields } from '../../features/flows/MappingOutline.tsx'
import { PayloadView } from '../../features/payload/PayloadView.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'
import { Timeline, TimelineStop } from '../../ui/Timeline.tsx'

const FlowQuery = graphql(
  `
    query Flow($id: ID!) {
      flow(id: $id) {
        id
        name
        ...FlowStatusFields
        ...FlowSwitchFields
        gaps {
          code
          subject
          message
        }
        draft {
          entry
          filter
          trigger {
            events
            connection {
              name
            }
          }
          steps {
            id
            name
            actionId
            action {
              name
            }
            connection {
              name
            }
            mapping {
              ...MappingOutlineFields
            }
          }
        }
        versions {
          version
          publishedAt
          publishedBy
        }
      }
    }
  `,
  [FlowStatusFields, FlowSwitchFields, MappingOutlineFields],
)

/** One flow from its beginning to what it does, and how it came to be so. */
export function FlowPage() {
  const { t } = useTranslation()
  const { flowId } = useParams({ from: '/shell/flows/$flowId' })
  const { data, failure, isLoading, reload } = useData(FlowQuery, { id: flowId })
  const back = { label: t('flows.title'), link: { to: '/flows' } } as const
  const flow = data?.flow

  if (!flow) {
    return (
      <Stack gap={8}>
        <PageHeader title={t('flow.title')} back={back} />
        {isLoading && <Skeleton lines={8} />}
        {failure && <FetchError what={t('flow.notLoaded')} why={failure} onRetry={reload} />}
        {data && !failure && (
          <EmptyState kind="filtered" title={t('flow.gone.title')}>
            {t('flow.gone.why')}
          </EmptyState>
        )}
      </Stack>
    )
  }

  const { draft, gaps, versions } = flow
  const { connection, events } = draft.trigger
  return (
    <Stack gap={8}>
      <PageHeader
        title={flow.name}
        back={back}
        status={<FlowStatus flow={flow} />}
        actions={<FlowSwitch flow={flow} onChanged={reload} />}
      />
      {gaps.length > 0 && (
        <Notice tone="warn" title={t('flow.gaps')}>
          <ul>
            {gaps.map(({ code, subject, message }) => (
              <li key={`${code} ${subject}`}>{message}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Timeline>
        <TimelineStop icon="signal" title={t('flow.when')}>
          <p>
            {t('flow.whenWhat', {
              events: events.map(eventWords).join(', '),
              from: connection?.name ?? t('events.anyConnection'),
            })}
          </p>
          <p>{t(`flow.entry.${draft.entry}`)}</p>
        </TimelineStop>
        {draft.filter !== null && (
          <TimelineStop icon="search" title={t('flow.onlyIf')}>
            <PayloadView label={t('flow.condition')} payload={draft.filter} />
          </TimelineStop>
        )}
        {draft.steps.map(({ id, name, action, actionId, connection: to, mapping }) => (
          <TimelineStop
            key={id}
            icon="out"
            title={
              name ||
              t('delivery.title', {
                does: action?.name ?? actionId,
                where: to?.name ?? t('delivery.connectionGone'),
              })
            }
          >
            {mapping ? <MappingOutline mapping={mapping} /> : <p>{t('reason.mapping_missing')}</p>}
          </TimelineStop>
        ))}
      </Timeline>
      {versions.length > 0 && (
        <Section title={t('flow.history')}>
          <ul>
            {versions.map(({ version, publishedAt, publishedBy }) => (
              <li key={version}>
                {t('flow.version', { version, who: publishedBy })} · <Time at={publishedAt} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Stack>
  )
}
