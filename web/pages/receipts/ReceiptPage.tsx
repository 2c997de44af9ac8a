import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../app/me.tsx'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { EventNameFields, happened } from '../../features/events/event-words.ts'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { PayloadView } from '../../features/payload/PayloadView.tsx'
import { ReceiptStatus } from '../../features/receipts/ReceiptStatus.tsx'
import { ReplayReceiptButton } from '../../features/receipts/ReplayReceiptButton.tsx'
import { reasonWords } from '../../features/reason-words.ts'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { Links } from '../../ui/Links.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Time } from '../../ui/Time.tsx'

const ReceiptQuery = graphql(
  `
    query Receipt($id: ID!, $withRequest: Boolean!) {
      receipt(id: $id) {
        id
        state
        receivedAt
        method
        bodyBytes
        isWhole
        inbound
        reason {
          code
          data
        }
        connection {
          id
          name
          connector {
            logo
          }
        }
        events {
          id
          ...EventNameFields
        }
        headers @include(if: $withRequest)
        query @include(if: $withRequest)
        body @include(if: $withRequest)
      }
    }
  `,
  [EventNameFields],
)

/** One request just as it arrived, and what was made of it. */
export function ReceiptPage() {
  const { t } = useTranslation()
  const { receiptId } = useParams({ from: '/shell/receipts/$receiptId' })
  const withRequest = useMay('ops')
  const { data, failure, isLoading, reload } = useData(ReceiptQuery, { id: receiptId, withRequest })
  useLiveReload({
    concerns: (news) => news.kind === 'resumed' || news.receipt?.id === receiptId,
    reload,
  })
  const receipt = data?.receipt

  if (!receipt) {
    return (
      <Stack gap={8}>
        <PageHeader
          title={t('receipt.title')}
          back={{ label: t('receipts.title'), link: { to: '/receipts' } }}
        />
        {isLoading && <Skeleton lines={6} />}
        {failure && <FetchError what={t('receipt.notLoaded')} why={failure} onRetry={reload} />}
        {data && !failure && (
          <EmptyState
            kind="filtered"
            title={t('receipt.gone.title')}
            action={<ButtonLink to="/receipts">{t('receipt.gone.all')}</ButtonLink>}
          >
            {t('receipt.gone.why')}
          </EmptyState>
        )}
      </Stack>
    )
  }

  const { connection, reason, state, events } = receipt
  const name = connection?.name ?? t('events.connectionGone')
  const isPoll = receipt.method === 'POLL'
  // Where one comes from: the list holds only what was not taken in.
  const isListed = state === 'refused' || state === 'not_understood'
  return (
    <Stack gap={8}>
      <PageHeader
        title={t(isPoll ? 'receipt.fromPoll' : 'receipt.from', { name })}
        back={
          isListed
            ? { label: t('receipts.title'), link: { to: '/receipts' } }
            : { label: t('events.title'), link: { to: '/events' } }
        }
        picture={<VendorLogo svg={connection?.connector?.logo} size="l" />}
        status={<ReceiptStatus state={state} />}
        about={<Time at={receipt.receivedAt} />}
        actions={receipt.isWhole && <ReplayReceiptButton receiptId={receipt.id} onDone={reload} />}
      />
      {reason && (
        <Notice
          tone={state === 'done' ? 'warn' : 'bad'}
          title={reasonWords(reason)}
          action={
            connection &&
            state !== 'done' && (
              <Link to="/connections/$id" params={{ id: connection.id }}>
                {state === 'refused'
                  ? t('receipt.toSecrets', { name })
                  : t('delivery.lookAtConnection', { where: name })}
              </Link>
            )
          }
        >
          {state === 'refused' && wordOf('refusedNext', reason.code, {}, '')}{' '}
          {state === 'refused' && receipt.isWhole && t('receipt.refusedAgain')}
          {state === 'not_understood' && t('receipt.notUnderstoodNext')}
        </Notice>
      )}
      {events.length > 0 && (
        <Section title={t('receipt.events')}>
          <Links>
            {events.map((event) => (
              <Link key={event.id} to="/events/$eventId" params={{ eventId: event.id }}>
                {happened(event)}
              </Link>
            ))}
          </Links>
        </Section>
      )}
      <Section title={t('receipt.request')}>
        <Facts
          facts={[
            [t('receipt.method'), isPoll ? t('receipt.asked') : <code key="method">{receipt.method}</code>],
            [t('receipt.size'), t('receipt.bytes', { count: receipt.bodyBytes })],
            [t('receipt.scheme'), receipt.inbound ?? t('receipt.noScheme')],
          ]}
        />
        <NeedsRole role="ops">
          {receipt.body === null ? (
            <p>{t('receipt.bodyRemoved')}</p>
          ) : (
            <PayloadView label={t('receipt.body')} payload={receipt.body ?? ''} />
          )}
          {receipt.headers !== undefined && receipt.headers !== null && (
            <PayloadView label={t('receipt.headers')} payload={receipt.headers} />
          )}
          {receipt.query && <PayloadView label={t('receipt.query')} payload={receipt.query} />}
        </NeedsRole>
      </Section>
    </Stack>
  )
}
