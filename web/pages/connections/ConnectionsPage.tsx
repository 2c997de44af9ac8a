import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { ConnectionStatus, ConnectionStatusFields } from '../../features/connections/ConnectionStatus.tsx'
import { VendorLogo } from '../../features/VendorLogo.tsx'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { useData } from '../../graphql/use-data.ts'
import { ButtonLink } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FetchError } from '../../ui/FetchError.tsx'
import { PageHeader } from '../../ui/PageHeader.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Stack } from '../../ui/Stack.tsx'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './ConnectionsPage.module.css'

const ConnectionsQuery = graphql(
  `
    query Connections($after: String) {
      connections(first: 50, after: $after) {
        count
        nextCursor
        items {
          id
          name
          connectorId
          connector {
            name
            logo
            triggers {
              id
            }
          }
          lastReceipts {
            id
            receivedAt
          }
          usedBy {
            id
            name
          }
          ...ConnectionStatusFields
        }
      }
    }
  `,
  [ConnectionStatusFields],
)

type Row = ResultOf<typeof ConnectionsQuery>['connections']['items'][number]

/** Your accounts at vendors. */
export function ConnectionsPage() {
  const { t } = useTranslation()
  const { after } = useSearch({ from: '/shell/connections' })
  const { data, failure, isLoading, reload } = useData(ConnectionsQuery, { after: after ?? null })

  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      header: t('connections.column.name'),
      wide: true,
      cell: ({ id, name, connector, connectorId }) => (
        <span className={css.name}>
          <VendorLogo svg={connector?.logo} />
          <span>
            <Link to="/connections/$id" params={{ id }} className={css.link}>
              {name}
            </Link>
            {connector?.name !== name && <span className={css.vendor}>{connector?.name ?? connectorId}</span>}
          </span>
        </span>
      ),
    },
    {
      key: 'status',
      header: t('connections.column.status'),
      cell: (connection) => <ConnectionStatus connection={connection} />,
    },
    {
      key: 'last',
      header: t('connections.column.lastReceived'),
      // Nothing is awaited from a tool that only takes, such as a mail server.
      cell: ({ lastReceipts: [last], connector }) =>
        last ? (
          <Time at={last.receivedAt} form="ago" />
        ) : connector?.triggers.length === 0 ? null : (
          t('connections.neverReceived')
        ),
    },
    {
      key: 'flows',
      header: t('connections.column.flows'),
      align: 'end',
      cell: ({ usedBy }) => usedBy.length,
    },
  ]

  const add = (
    <NeedsRole role="ops">
      <ButtonLink kind="primary" icon="plus" to="/connections/new">
        {t('connections.add')}
      </ButtonLink>
    </NeedsRole>
  )

  return (
    <Stack gap={8}>
      <PageHeader
        title={t('connections.title')}
        about={t('connections.about')}
        actions={data?.connections.items.length !== 0 && add}
      />
      {failure && !data && <FetchError what={t('connections.notLoaded')} why={failure} onRetry={reload} />}
      {isLoading && <Skeleton lines={6} />}
      {data?.connections.items.length === 0 && (
        <EmptyState kind="first" title={t('connections.empty.title')} action={add}>
          {t('connections.empty.about')}
        </EmptyState>
      )}
      {data && data.connections.items.length > 0 && (
        <Stack>
          <Table
            label={t('connections.title')}
            rows={data.connections.items}
            columns={columns}
            rowKey={({ id }) => id}
          />
          <Pager
            count={data.connections.count}
            newest={after !== undefined && { to: '/connections', search: {} }}
            older={
              data.connections.nextCursor && {
                to: '/connections',
                search: { after: data.connections.nextCursor },
              }
            }
          />
        </Stack>
      )}
    </Stack>
  )
}
