import type { HubDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import type { Connection } from './connection-store.ts'
import { wakeParked } from './wake-parked.ts'

/**
 * After a sign-in, with new credentials or at another address: whatever was refused before may be accepted now, so
 * deliveries, polls and webhooks at the vendor are tried at once. What a paused connection sends stays where it is.
 */
export async function wakeMended(
  deps: Pick<HubDeps, 'storesOf' | 'now'> & { health: Pick<DestinationHealth, 'close'> },
  { id, workspaceId, state }: Connection,
): Promise<void> {
  await deps.health.close(id)
  const stores = deps.storesOf(workspaceId)
  await stores.polls.makeAllDue(id, deps.now())
  await stores.registrations.lookAgain(id, deps.now())
  if (state === 'on') await wakeParked({ ...stores, now: deps.now }, id)
}
