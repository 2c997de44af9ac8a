import type { OpenConnection, Unusable } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import type { RegistrationDoc } from './registration-store.ts'

/** The connection of a registration: the stored one, or what was kept of it when it was deleted. */
export async function openFor(
  { connections }: Pick<HubDeps, 'connections'>,
  { connectionId, workspaceId, connectorId, name, farewell, createdAt }: RegistrationDoc,
): Promise<OpenConnection | Unusable | undefined> {
  if (!farewell) return connections.byId(connectionId)
  return connections.open({
    id: connectionId,
    workspaceId,
    connectorId,
    name,
    state: 'on',
    ...farewell,
    retiredCredentials: [],
    hookKeyHash: '',
    retiredHookKeys: [],
    createdAt,
    updatedAt: createdAt,
  })
}
