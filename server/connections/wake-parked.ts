import type { WorkspaceDeps } from '../deps.ts'

const CHUNK = 500

/** Puts everything that is parked at a connection back into the queue; what is still in the way parks it again. */
export async function wakeParked(
  { deliveries, now }: Pick<WorkspaceDeps, 'deliveries' | 'now'>,
  connectionId: string,
): Promise<void> {
  // Each chunk leaves the state it is looked for in, so this ends; what is parked meanwhile is not this call's affair.
  const at = now()
  while ((await deliveries.unpark(connectionId, at, CHUNK)) > 0);
}
