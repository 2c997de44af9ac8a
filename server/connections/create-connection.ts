import { ConnectorUnknown } from '../connectors/connector-errors.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { credentialsContext } from './connection-directory.ts'
import { parseSettings } from './connection-settings.ts'
import type { Connection } from './connection-store.ts'
import { checkCredentials } from './credentials-form.ts'
import { newHookKey } from './hook-key.ts'
import { readTicket, ticketUnfit } from './offer-hook-address.ts'
import { planConnection } from './plan-connection.ts'

/**
 * Connects an account. Nothing is asked of the vendor yet: `checkConnection` does that, so that a vendor that is down
 * keeps nobody from preparing.
 */
export async function createConnection(
  deps: Pick<
    WorkspaceDeps,
    'connections' | 'connectors' | 'vault' | 'config' | 'hub' | 'workspaceId' | 'newId' | 'now'
  >,
  input: {
    connectorId: string
    name: string
    credentials?: unknown
    apiUrl?: string | null
    limits?: unknown
    /** Of `offerHookAddress`: the connection gets that address. */
    hookTicket?: string | null
  },
): Promise<Connection> {
  const connector = deps.connectors.get(input.connectorId)
  if (!connector) throw new ConnectorUnknown(input.connectorId)
  const settings = parseSettings(input)
  const credentials = checkCredentials(connector, input.credentials)

  const offered = input.hookTicket ? readTicket(deps, input.hookTicket) : undefined
  const place = { workspaceId: deps.workspaceId, id: offered?.id ?? deps.newId('con') }
  const createdAt = deps.now()
  const connection: Connection = {
    ...place,
    connectorId: connector.id,
    ...settings,
    state: 'on',
    credentials: deps.vault.seal(JSON.stringify(credentials), credentialsContext(place)),
    retiredCredentials: [],
    ...newHookKey(deps.vault, place, offered?.key),
    retiredHookKeys: [],
    createdAt,
    updatedAt: createdAt,
  }
  await deps.connections.add(connection).catch((err: unknown) => {
    if (offered && isDuplicate(err)) throw ticketUnfit('has been used: a connection has this address already')
    throw err
  })
  await deps.config.bump()
  await planConnection(deps.hub, connection)
  return connection
}
