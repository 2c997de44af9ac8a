import type { WorkspaceDeps } from '../deps.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'

/** Receipts are still taken and understood; deliveries to this connection wait. */
export async function pauseConnection(
  deps: Pick<WorkspaceDeps, 'connections' | 'config' | 'now'>,
  id: string,
): Promise<Connection> {
  const changed = await deps.connections.change(id, {
    state: 'paused',
    pausedBecause: { code: 'paused_by_person' },
    updatedAt: deps.now(),
  })
  if (!changed) throw new ConnectionNotFound(id)
  await deps.config.bump()
  return changed
}
