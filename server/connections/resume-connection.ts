import type { WorkspaceDeps } from '../deps.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { wakeParked } from './wake-parked.ts'

/** Lets deliveries go on, in order, those that waited first. */
export async function resumeConnection(
  deps: Pick<WorkspaceDeps, 'connections' | 'deliveries' | 'polls' | 'config' | 'now'>,
  id: string,
): Promise<Connection> {
  const changed = await deps.connections.change(id, {
    state: 'on',
    pausedBecause: undefined,
    updatedAt: deps.now(),
  })
  if (!changed) throw new ConnectionNotFound(id)
  await deps.config.bump()
  await wakeParked(deps, id)
  await deps.polls.makeAllDue(id, deps.now())
  return changed
}
