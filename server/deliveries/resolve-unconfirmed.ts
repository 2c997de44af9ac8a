import type { WorkspaceDeps } from '../deps.ts'
import type { Numbers } from '../platform/numbers.ts'
import { DeliveryNotFound, DeliveryStateUnsuitable } from './delivery-errors.ts'
import type { Delivery } from './delivery.ts'
import { moveDelivery } from './move-delivery.ts'
import { replaceDelivery } from './replay-delivery.ts'

/** What a person found out about a delivery of which nobody knew whether it arrived. */
export const resolutions = ['ARRIVED', 'SEND_AGAIN', 'LEAVE'] as const
export type Resolution = (typeof resolutions)[number]

/**
 * Ends the doubt: it arrived; it did not and is sent again as a new delivery; or nobody will ever know and it is left.
 * Returns the delivery that counts from now on.
 */
export async function resolveUnconfirmed(
  deps: Pick<WorkspaceDeps, 'deliveries' | 'flows' | 'live' | 'workspaceId' | 'now'>,
  eventNumbers: Numbers,
  id: string,
  resolution: Resolution,
): Promise<Delivery> {
  switch (resolution) {
    case 'ARRIVED':
      return moveDelivery(deps, id, ['unconfirmed'], {
        state: 'delivered',
        reason: { code: 'confirmed_by_person' },
        // The steps that wait for it go on; what they read of its output, nobody knows.
        dueAt: deps.now(),
      })
    case 'LEAVE':
      return moveDelivery(deps, id, ['unconfirmed'], {
        state: 'cancelled',
        reason: { code: 'left_by_person' },
      })
    case 'SEND_AGAIN': {
      const delivery = await deps.deliveries.find(id)
      if (!delivery) throw new DeliveryNotFound(id)
      if (delivery.state !== 'unconfirmed') throw new DeliveryStateUnsuitable(delivery.state, ['unconfirmed'])
      return replaceDelivery(deps, eventNumbers, delivery)
    }
  }
}
