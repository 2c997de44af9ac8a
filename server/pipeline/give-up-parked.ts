import type { Collection } from 'mongodb'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'

/** Ends a delivery whose destination has been away for longer than anybody would wait for. */
export async function giveUpParked(
  deps: { deliveries: Collection<DeliveryDoc>; log: Logger; metrics: Metrics; now: () => Date },
  { _id, connectorId }: DeliveryDoc,
): Promise<void> {
  const reason = { code: 'parked_too_long' }
  await deps.deliveries.updateOne(
    { _id, state: 'parked' },
    {
      $set: { state: 'failed', reason: JSON.stringify(reason), updatedAt: deps.now() },
      $unset: { open: 1, dueAt: 1 },
    },
  )
  deps.metrics.deliveries.of(connectorId).add('failed')
  deps.log.warn({ stage: 'delivery.left', delivery: _id, state: 'failed', reason: reason.code })
}
