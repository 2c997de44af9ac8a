import type { WorkspaceDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { credentialsContext } from './connection-directory.ts'
import { ConnectionNotFound, ConnectionUnusable } from './connection-errors.ts'
import type { Connection } from './connection-store.ts'
import { checkCredentials } from './credentials-form.ts'
import { OVERLAP_MS, RETIRED_MAX } from './hook-key.ts'
import { planConnection } from './plan-connection.ts'
import { secretFields } from './secret-values.ts'
import { wakeMended } from './wake-mended.ts'

/**
 * Takes new credentials at once for what is sent, and goes on accepting hooks signed with the former ones for a day,
 * since a vendor's own change-over takes its time. Fields that are not given keep their value, also one
 * that comes at this very moment: from somebody else, or from the vendor with a webhook that has just been set up.
 */
export async function rotateConnectionSecret(
  deps: Pick<WorkspaceDeps, 'connections' | 'connectors' | 'vault' | 'config' | 'hub' | 'now'>,
  health: Pick<DestinationHealth, 'close'>,
  id: string,
  given: unknown,
): Promise<Connection> {
  for (;;) {
    const connection = await deps.connections.find(id)
    if (!connection) throw new ConnectionNotFound(id)
    const changed = await deps.connections.change(id, changedBy(deps, connection, given), {
      credentials: connection.credentials,
    })
    // Something else has been written by now, and is what this is laid over.
    if (!changed) continue
    await deps.config.bump()
    await planConnection(deps.hub, changed)
    await wakeMended({ ...deps.hub, health }, changed)
    return changed
  }
}

function changedBy(
  deps: Pick<WorkspaceDeps, 'connectors' | 'vault' | 'now'>,
  connection: Connection,
  given: unknown,
): Pick<Connection, 'credentials' | 'retiredCredentials' | 'updatedAt'> {
  const connector = deps.connectors.get(connection.connectorId)
  if (!connector) throw new ConnectionUnusable('connector_missing')

  const former = openFormer(deps, connection)
  const credentials = checkCredentials(connector, given, former)
  const now = deps.now()
  // Only a changed secret needs its day: saving the form for another reason must not push out those that do.
  const isSecretNew = secretFields(connector.auth.fields).some((name) => former?.[name] !== credentials[name])
  const retired =
    former && isSecretNew
      ? [{ credentials: connection.credentials, until: new Date(now.getTime() + OVERLAP_MS) }]
      : []
  return {
    credentials: deps.vault.seal(JSON.stringify(credentials), credentialsContext(connection)),
    retiredCredentials: [
      ...retired,
      ...connection.retiredCredentials.filter(({ until }) => until > now),
    ].slice(0, RETIRED_MAX),
    updatedAt: now,
  }
}

/** Nothing where they cannot be opened any more: then all of them have to be typed in. */
function openFormer(
  { vault }: Pick<WorkspaceDeps, 'vault'>,
  connection: Connection,
): Record<string, unknown> | undefined {
  try {
    const typed: Record<string, unknown> = JSON.parse(
      vault.open(connection.credentials, credentialsContext(connection)),
    )
    return typed
  } catch {
    return undefined
  }
}
