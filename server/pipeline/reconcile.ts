import type { Collection } from 'mongodb'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import { allPartitions } from '../platform/partition.ts'
import type { Logger } from '../platform/logger.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'

/** Longer than any receipt waits unless the hub is behind with its work. */
const RECEIPT_MS_MAX = 10 * 60_000
/** Counting stops here: one is a reason to look, a thousand are no better one. */
const COUNTED_MAX = 1_000

/** Work that is not where it should be by now. */
export interface Reconciliation {
  /** Acknowledged and still not worked through. */
  receiptsWaiting: number
  /** Attempts whose lease is over and that nobody has taken up. */
  deliveriesLost: number
}

/**
 * Proves that everything reaches a state it may stay in. The sweep and due work are what brings it there; this looks
 * at the result, so that a fault in them is seen and not believed away.
 */
export async function reconcile(deps: {
  receipts: Collection<ReceiptDoc>
  deliveries: Collection<DeliveryDoc>
  now: () => Date
  log: Logger
}): Promise<Reconciliation> {
  const at = deps.now().getTime()
  const [receiptsWaiting, deliveriesLost] = await Promise.all([
    deps.receipts.countDocuments(
      // The index over unfinished ones begins with the partition.
      { open: true, partition: { $in: allPartitions }, receivedAt: { $lt: new Date(at - RECEIPT_MS_MAX) } },
      { limit: COUNTED_MAX },
    ),
    deps.deliveries.countDocuments(
      { dueAt: { $lt: new Date(at - 60_000) }, state: 'sending' },
      { limit: COUNTED_MAX },
    ),
  ])
  const found = { receiptsWaiting, deliveriesLost }
  if (receiptsWaiting + deliveriesLost > 0) deps.log.error({ stage: 'reconciler.found', ...found })
  else deps.log.debug({ stage: 'reconciler.clean' })
  return found
}
