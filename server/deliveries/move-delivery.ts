import type { WorkspaceDeps } from '../deps.ts'
import { DeliveryNotFound, DeliveryStateUnsuitable } from './delivery-errors.ts'
import type { DeliveryState } from './delivery-state.ts'
import type { Move } from './delivery-store.ts'
import type { Delivery } from './delivery.ts'

/**
 * Gives a delivery another state on a person's word, wakes what it held up, and tells who is watching. Throws
 * `DeliveryStateUnsuitable` where it is in none of `from`, also when it left them a moment ago.
 */
export async function moveDelivery(
  deps: Pick<WorkspaceDeps, 'deliveries' | 'live' | 'workspaceId' | 'now'>,
  id: string,
  from: readonly DeliveryState[],
  to: Omit<Move, 'at'>,
): Promise<Delivery> {
  const at = deps.now()
  const moved = await deps.deliveries.move(id, from, { ...to, at })
  const delivery = await deps.deliveries.find(id)
  if (!delivery) throw new DeliveryNotFound(id)
  if (!moved) throw new DeliveryStateUnsuitable(delivery.state, from)
  await deps.deliveries.wakeLane(delivery.lane, at)
  deps.live.publish({ workspaceId: deps.workspaceId, kind: 'delivery', id })
  return delivery
}
