import type { HubDeps } from '../deps.ts'
import { credentialsContext } from './connection-directory.ts'
import { OVERLAP_MS, RETIRED_MAX } from './hook-key.ts'
import type { Connection } from './connection-store.ts'

const TRIES = 5

/**
 * Lays values that the hub or the vendor made (never a person) over a connection's credentials. What they replace goes
 * on verifying hooks for a day, since requests signed with it are still on their way. `onlyBlank` fills what is empty and
 * replaces nothing. Undefined where the connection is gone.
 */
export async function addCredentials(
  { storesOf, vault, config, now }: Pick<HubDeps, 'storesOf' | 'vault' | 'config' | 'now'>,
  { id, workspaceId }: Pick<Connection, 'id' | 'workspaceId'>,
  given: Record<string, unknown>,
  { onlyBlank = false }: { onlyBlank?: boolean } = {},
): Promise<Connection | undefined> {
  const { connections } = storesOf(workspaceId)
  const context = credentialsContext({ id, workspaceId })
  for (let attempt = 1; ; attempt++) {
    const connection = await connections.find(id)
    if (!connection) return undefined
    const before: Record<string, unknown> = JSON.parse(vault.open(connection.credentials, context))
    const values = Object.entries(given).filter(([name, value]) =>
      onlyBlank ? !before[name] : before[name] !== value,
    )
    if (values.length === 0) return connection

    const at = now()
    const replaces = values.some(([name]) => before[name] !== undefined)
    const retired = { credentials: connection.credentials, until: new Date(at.getTime() + OVERLAP_MS) }
    const kept = connection.retiredCredentials.filter(({ until }) => until > at)
    const changed = await connections.change(
      id,
      {
        credentials: vault.seal(JSON.stringify({ ...before, ...Object.fromEntries(values) }), context),
        retiredCredentials: replaces ? [retired, ...kept].slice(0, RETIRED_MAX) : kept,
        updatedAt: at,
      },
      { credentials: connection.credentials },
    )
    if (changed) {
      await config.bump()
      return changed
    }
    // A person has changed them in this moment: their values count, and these are laid over them.
    if (attempt === TRIES) throw new Error('The credentials kept changing while something was added to them.')
  }
}
