import type { WorkspaceDeps } from '../deps.ts'
import type { Delivery } from './delivery.ts'
import { moveDelivery } from './move-delivery.ts'

/**
 * Does not wait for the next attempt's time. A parked one goes back into the queue; if its connection is still out of
 * order, it is parked again. Its turn comes when it is the first of its lane.
 */
export function retryDelivery(
  deps: Pick<WorkspaceDeps, 'deliveries' | 'live' | 'workspaceId' | 'now'>,
  id: string,
): Promise<Delivery> {
  return moveDelivery(deps, id, ['retrying', 'parked'], { state: 'queued', dueAt: deps.now() })
}
