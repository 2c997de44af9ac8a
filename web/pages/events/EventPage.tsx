import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ContactName, ContactNameFields } from '../../features/contacts/ContactName.tsx'
import { DeliveryCard, DeliveryCardFields } from '../../features/deliveries/DeliveryCard.tsx'
import { inStepOrder } from '../../features/deliveries/in-step-order.ts'
import { EventNameFields, happened } from '../../features/events/event-words.ts'
import { FlowOutcomes, FlowOutcomesFields } from '../../features/events/FlowOutcomes.tsx'
import { VocabularyProblem } from '../../features/events/VocabularyProblem.tsx'
import { ReplayReceiptButton } from '../../features/receipts/ReplayReceiptButton.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { PayloadView } from '../../features/payload/PayloadView.tsx'
import { nameInWords } from '../../features/payload/name-in-words.ts'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { Code } from '../../ui/Code.tsx'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'
import { Timeline, TimelineStop } from '../../ui/Timeline.tsx'

const EventQuery = graphql(
  `
    query Event($id: ID!) {
      event(id: $id) {
        id
        ...EventNameFields
        key
        occurredAt
        recordedAt
        revision
        isEnriched
        draftContact
        properties
        connection {
          id
          name
          connector {
            name
            logo
          }
        }
        receipt {
          id
          receivedAt
        }
        contact {
          ...ContactNameFields
        }
        identityConflict {
          id
        }
        ...FlowOutcomesFields
        deliveries(first: 100) {
          items {
            id
            runId
            stepId
            flow {
              draft {
                steps {
                  id
                }
              }
            }
            ...DeliveryCardFields
          }
        }
      }
    }
  `,
  [ContactNameFields, DeliveryCardFields, FlowOutcomesFields, EventNameFields],
)

/** One event from its arrival to the answers of the destinations. */
export function EventPage() {
  const { t } = useTranslation()
  const { eventId } = useParams({ from: '/shell/events/$eventId' })
  const { data, failure, isLoading, reload } = useData(EventQuery, { id: eventId })
  useLiveReload({
    concerns: (news) =>
      news.kind === 'resumed' || news.event?.id === eventId || news.delivery?.eventId === eventId,
    reload,
  })
  const back = { label: t('events.title'), link: { to: '/events' } } as const

  if (!data?.event) {
    return (
      <Stack gap={8}>
        <PageHeader title={t('event.title')} back={back} />
        {isLoading && <Skeleton lines={8} />}
        {failure && <FetchError what={t('event.notLoaded')} why={failure} onRetry={reload} />}
        {data && !failure && (
          <EmptyState
            kind="filtered"
            title={t('event.gone.title')}
            action={<ButtonLink to="/events">{t('event.gone.all')}</ButtonLink>}
          >
            {t('event.gone.why')}
          </EmptyState>
        )}
      </Stack>
    )
  }

  const { event } = data
  const { connection, receipt, contact, identityConflict, deliveries } = event
  return (
    <Stack gap={8}>
      <PageHeader
        title={happened(event)}
        back={back}
        picture={<VendorLogo svg={connection?.connector?.logo} size="l" />}
        about={
          <>
            {connection?.name ?? t('events.connectionGone')} · <Time at={event.occurredAt} />
          </>
        }
        actions={receipt && <ReplayReceiptButton receiptId={receipt.id} onDone={reload} />}
      />
      <Timeline>
        <TimelineStop
          icon="signal"
          title={t('event.stop.arrived')}
          at={receipt && <Time at={receipt.receivedAt} />}
        >
          {receipt ? (
            <Link to="/receipts/$receiptId" params={{ receiptId: receipt.id }}>
              {t('event.seeRequest')}
            </Link>
          ) : (
            <p>{t('event.receiptPruned')}</p>
          )}
        </TimelineStop>
        <TimelineStop icon="check" title={t('event.stop.understood')} at={<Time at={event.recordedAt} />}>
          {event.revision > 0 && (
            <p>
              {t('event.revision')} {t('event.revisionTimes', { count: event.revision })}
            </p>
          )}
          {!event.isEnriched && <Notice tone="warn">{t('event.notEnriched')}</Notice>}
          <VocabularyProblem properties={event.properties} />
          <PayloadView label={t('event.properties')} payload={event.properties} nameOf={nameInWords} />
          <Disclosure label={t('event.technical')}>
            {() => (
              <Facts
                facts={[
                  [t('event.name'), <Code key="name">{event.name}</Code>],
                  [t('event.key'), <Code key="key">{event.key}</Code>],
                ]}
              />
            )}
          </Disclosure>
        </TimelineStop>
        <TimelineStop
          icon="person"
          tone={identityConflict ? 'bad' : 'good'}
          title={contact ? <ContactName contact={contact} /> : t('event.nobody')}
        >
          {!contact && <p>{t('event.nobodyWhy')}</p>}
          {identityConflict && (
            <Notice tone="warn" title={t('event.conflict', { count: identityConflict.length })}>
              {t('event.conflictWhy')} <Link to="/contacts/reviews">{t('home.decide')}</Link>
            </Notice>
          )}
          <PayloadView label={t('event.says')} payload={event.draftContact} nameOf={nameInWords} />
        </TimelineStop>
        <TimelineStop icon="flow" title={t('event.stop.flows')}>
          <FlowOutcomes event={event} />
        </TimelineStop>
        <TimelineStop icon="out" title={t('event.stop.sent')}>
          {deliveries.items.length === 0 && <p>{t('event.nothingSent')}</p>}
          {inStepOrder(deliveries.items).map((delivery) => (
            <DeliveryCard key={delivery.id} delivery={delivery} onChanged={reload} />
          ))}
        </TimelineStop>
      </Timeline>
    </Stack>
  )
}
