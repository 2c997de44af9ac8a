import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, ResultOf } from '../../graphql/graphql.ts'
import { Table } from '../../ui/Table.tsx'
import type { Column } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { ContactName, ContactNameFields } from '../contacts/ContactName.tsx'
import { reasonWords } from '../reason-words.ts'
import { VendorCell } from '../VendorCell.tsx'
import { DeliveryStatus } from './DeliveryStatus.tsx'
import css from './DeliveryTable.module.css'

export const DeliveryRow = graphql(
  `
    fragment DeliveryRow on Delivery {
      id
      state
      actionId
      createdAt
      eventId
      action {
        name
      }
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
      flow {
        name
      }
      contact {
        ...ContactNameFields
      }
    }
  `,
  [ContactNameFields],
)

type Row = ResultOf<typeof DeliveryRow>

/** Deliveries below each other: what went where, about whom, and how it went. */
export function DeliveryTable({ deliveries }: { deliveries: readonly FragmentOf<typeof DeliveryRow>[] }) {
  const { t } = useTranslation()
  const columns: readonly Column<Row>[] = [
    {
      key: 'what',
      header: t('deliveries.column.what'),
      wide: true,
      cell: ({ eventId, action, actionId, connection, flow }) => (
        <VendorCell
          logo={connection?.connector?.logo}
          note={flow ? t('delivery.byFlow', { flow: flow.name }) : t('delivery.flowGone')}
        >
          <Link to="/events/$eventId" params={{ eventId }}>
            {t('delivery.title', {
              does: action?.name ?? actionId,
              where: connection?.name ?? t('delivery.connectionGone'),
            })}
          </Link>
        </VendorCell>
      ),
    },
    {
      key: 'who',
      header: t('events.column.who'),
      long: true,
      cell: ({ contact }) => (contact ? <ContactName contact={contact} /> : t('events.nobody')),
    },
    {
      key: 'outcome',
      header: t('events.column.outcome'),
      cell: ({ state, reason }) => (
        <>
          <DeliveryStatus state={state} />
          {reason && state !== 'delivered' && <span className={css.why}>{reasonWords(reason)}</span>}
        </>
      ),
    },
    {
      key: 'when',
      header: t('events.column.when'),
      align: 'end',
      cell: ({ createdAt }) => <Time at={createdAt} form="ago" />,
    },
  ]
  return (
    <Table
      label={t('deliveries.title')}
      rows={deliveries.map((delivery) => readFragment(DeliveryRow, delivery))}
      columns={columns}
      rowKey={({ id }) => id}
    />
  )
}
