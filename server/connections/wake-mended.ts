import type { HubDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import type { Connection } from './connection-store.ts'
import { wakeParked } from './wake-parked.ts'

/** Lets deliveries go that were parked until somebody signs in, and polls with them. A paused connection's stay where they are. */
export async function wakeSignedIn(
  deps: Pick<HubDeps, 'storesOf' | 'now'> & { health: Pick<DestinationHealth, 'close'> },
  { id, workspaceId, state }: Connection,
): Promise<void> {
  await deps.health.close(id)
  const stores = deps.storesOf(workspaceId)
  await stores.polls.makeAllDue(id, deps.now())
  await stores.registrations.lookAgain(id, deps.now())
  if (state === 'on') await wakeParked({ ...stores, now: deps.now }, id)
}
