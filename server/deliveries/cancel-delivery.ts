import type { WorkspaceDeps } from '../deps.ts'
import type { DeliveryState } from './delivery-state.ts'
import type { Delivery } from './delivery.ts'
import { moveDelivery } from './move-delivery.ts'

const cancellable: readonly DeliveryState[] = [
  'queued',
  'retrying',
  'parked',
  'needs_mapping',
  'refused',
  'failed',
  'unconfirmed',
]

/** Gives a delivery up, so that the next of its lane can go. One that is under way can no longer be called back. */
export function cancelDelivery(
  deps: Pick<WorkspaceDeps, 'deliveries' | 'live' | 'workspaceId' | 'now'>,
  id: string,
): Promise<Delivery> {
  return moveDelivery(deps, id, cancellable, { state: 'cancelled', reason: { code: 'cancelled_by_person' } })
}
