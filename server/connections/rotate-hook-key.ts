import type { WorkspaceDeps } from '../deps.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { newHookKey, OVERLAP_MS } from './hook-key.ts'
import { planConnection } from './plan-connection.ts'

/** Gives the connection a new address; the former one goes on working for a day. */
export async function rotateHookKey(
  deps: Pick<WorkspaceDeps, 'connections' | 'vault' | 'config' | 'hub' | 'now'>,
  id: string,
): Promise<Connection> {
  for (;;) {
    const connection = await deps.connections.find(id)
    if (!connection) throw new ConnectionNotFound(id)
    const { hookKeyHash } = connection
    const now = deps.now()
    const retired = { hash: hookKeyHash, until: new Date(now.getTime() + OVERLAP_MS) }
    // Of two who ask at the same moment, the second retires what the first has been given.
    const changed = await deps.connections.change(
      id,
      {
        ...newHookKey(deps.vault, connection),
        retiredHookKeys: [retired, ...connection.retiredHookKeys.filter(({ until }) => until > now)],
        updatedAt: now,
      },
      { hookKeyHash },
    )
    if (!changed) continue
    await deps.config.bump()
    await planConnection(deps.hub, changed)
    return changed
  }
}
