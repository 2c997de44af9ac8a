import type { Collection } from 'mongodb'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'

/** Ends a delivery whose destination has been away for longer than anybody would wait for. */
export async function giveUpParked(
  deps: {
    deliveries: Collection<DeliveryDoc>
    live: Pick<LiveFeed, 'publish'>
    log: Logger
    metrics: Metrics
    now: () => Date
  },
  { _id, workspaceId, connectorId }: DeliveryDoc,
): Promise<void> {
  const reason = { code: 'parked_too_long' }
  const { matchedCount } = await deps.deliveries.updateOne(
    { _id, state: 'parked' },
    {
      $set: { state: 'failed', reason: JSON.stringify(reason), updatedAt: deps.now() },
      $unset: { open: 1, dueAt: 1 },
    },
  )
  // Somebody had it sent or cancelled in the same moment.
  if (matchedCount === 0) return
  deps.metrics.deliveries.of(connectorId).add('failed')
  deps.log.warn({ stage: 'delivery.left', delivery: _id, state: 'failed', reason: reason.code })
  deps.live.publish({ workspaceId, kind: 'delivery', id: _id })
}
