import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EventTabs } from '../../features/events/EventTabs.tsx'
import { useLiveReload } from '../../features/events/use-live-reload.ts'
import { ReceiptStatus } from '../../features/receipts/ReceiptStatus.tsx'
import { ReplayManyButton } from '../../features/replays/ReplayManyButton.tsx'
import { reasonWords } from '../../features/reason-words.ts'
import { VendorCell } from '../../features/VendorCell.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'

const ReceiptsQuery = graphql(`
  query NotTakenIn($after: String) {
    receipts(first: 50, after: $after, filter: { states: [refused, not_understood] }) {
      count
      nextCursor
      items {
        id
        state
        receivedAt
        reason {
          code
          data
        }
        connection {
          name
          connector {
            logo
          }
        }
      }
    }
  }
`)

type Row = ResultOf<typeof ReceiptsQuery>['receipts']['items'][number]

/** What arrived and could not be taken in: refused, or not understood. All of it is kept. */
export function ReceiptsPage() {
  const { t } = useTranslation()
  const { after } = useSearch({ from: '/shell/receipts' })
  const { data, failure, isLoading, reload } = useData(ReceiptsQuery, { after: after ?? null })
  useLiveReload({ concerns: ({ kind }) => kind !== 'delivery' && after === undefined, reload })

  const columns: readonly Column<Row>[] = [
    {
      key: 'where',
      header: t('receipts.column.where'),
      wide: true,
      cell: ({ id, connection, reason }) => (
        <VendorCell logo={connection?.connector?.logo} note={reason && reasonWords(reason)}>
          <Link to="/receipts/$receiptId" params={{ receiptId: id }}>
            {connection?.name ?? t('events.connectionGone')}
          </Link>
        </VendorCell>
      ),
    },
    {
      key: 'state',
      header: t('receipts.column.state'),
      cell: ({ state }) => <ReceiptStatus state={state} />,
    },
    {
      key: 'when',
      header: t('receipts.column.when'),
      align: 'end',
      cell: ({ receivedAt }) => <Time at={receivedAt} form="ago" />,
    },
  ]
  return (
    <Stack gap={8}>
      <PageHeader
        title={t('receipts.title')}
        about={t('receipts.about')}
        actions={
          <ReplayManyButton
            target={{ kind: 'receipts', states: ['refused', 'not_understood'] }}
            isOffered={data !== undefined && data.receipts.items.length > 0}
            onOver={reload}
          />
        }
      />
      <EventTabs />
      {failure && !data && <FetchError what={t('receipts.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {data && data.receipts.items.length > 0 && (
        <Stack>
          <Table
            label={t('receipts.title')}
            rows={data.receipts.items}
            columns={columns}
            rowKey={({ id }) => id}
          />
          <Pager
            count={data.receipts.count}
            newest={after !== undefined && { to: '/receipts', search: {} }}
            older={
              data.receipts.nextCursor && { to: '/receipts', search: { after: data.receipts.nextCursor } }
            }
          />
        </Stack>
      )}
      {data?.receipts.items.length === 0 && (
        <EmptyState kind="first" title={t('receipts.none.title')}>
          {t('receipts.none.why')}
        </EmptyState>
      )}
    </Stack>
  )
}
