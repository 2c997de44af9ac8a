import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { reasonWords } from '../reason-words.ts'
import { readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { ReceiptOutcomeFields, receiptMeaning } from '../receipts/receipt-meaning.ts'
import { ReceiptStatus } from '../receipts/ReceiptStatus.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'

/** What has arrived lately, with what it meant or why not. */
export function LastReceipts({ receipts }: { receipts: readonly FragmentOf<typeof ReceiptOutcomeFields>[] }) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('lastReceipts.title')}
      rows={receipts.map((receipt) => readFragment(ReceiptOutcomeFields, receipt))}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'at',
          header: t('lastReceipts.at'),
          cell: ({ id, receivedAt }) => (
            <Link to="/receipts/$receiptId" params={{ receiptId: id }}>
              <Time at={receivedAt} />
            </Link>
          ),
        },
        {
          key: 'state',
          header: t('lastReceipts.state'),
          cell: ({ state }) => <ReceiptStatus state={state} />,
        },
        {
          key: 'meaning',
          header: t('lastReceipts.meaning'),
          wide: true,
          cell: ({ reason, events, state }) => {
            if (reason) return reasonWords(reason)
            if (events.length === 0) return state === 'stored' ? '' : t('lastReceipts.nothing')
            return receiptMeaning({ events })
          },
        },
      ]}
    />
  )
}
