import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { giveBackTokens } from './give-back-tokens.ts'

/**
 * Forgets a connection's tokens and asks the vendor to do the same. Its deliveries wait until somebody signs in again;
 * `leftBehind` says what remains to be done at the vendor.
 */
export async function signOut(
  deps: Pick<
    WorkspaceDeps,
    'connections' | 'grants' | 'hub' | 'network' | 'vault' | 'config' | 'now' | 'stopping' | 'log'
  >,
  id: string,
): Promise<{ id: string; connection: Connection; leftBehind: Reason[] }> {
  const before = await deps.connections.find(id)
  if (!before) throw new ConnectionNotFound(id)
  const open = await deps.hub.connections.byId(id)
  await deps.grants.set(id, undefined)
  await deps.config.bump()
  const leftBehind = await giveBackTokens(deps, before, open)
  const connection = await deps.connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  return { id, connection, leftBehind }
}
