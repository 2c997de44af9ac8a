import { namedId } from '../platform/named-id.ts'
import { partitionOf } from '../platform/partition.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'

/** One page that the hub asked a vendor for. */
export interface PolledPage {
  workspaceId: string
  connectionId: string
  inbound: string
  poll: { id: string; name: string; subject: string }
  /** Its place among the pages of this poll that brought something. */
  seq: number
  /** JSON. */
  body: Buffer
  cursor: string
  receivedAt: Date
}

/** The id that the page with this place has, whoever stores it: of two processes that try, one gets through. */
export function pageReceiptId(pollId: string, seq: number): string {
  return namedId('rcp', pollId, seq)
}

/** The receipt of a page: what was found and where the next page begins, in one document. */
export function pageReceipt(page: PolledPage): ReceiptDoc {
  const { workspaceId, connectionId, inbound, body, cursor, receivedAt } = page
  return {
    _id: pageReceiptId(page.poll.id, page.seq),
    workspaceId,
    connectionId,
    state: 'stored',
    open: true,
    inbound,
    method: 'POLL',
    query: '',
    headers: JSON.stringify({ 'content-type': 'application/json' }),
    body,
    bodyBytes: body.length,
    whole: true,
    receivedAt,
    revision: 0,
    partition: partitionOf(connectionId),
    poll: { ...page.poll, cursor },
  }
}
