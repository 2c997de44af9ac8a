import { ConnectionNotFound } from '../connections/connection-errors.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import { planConnection } from '../connections/plan-connection.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { RegistrationNotPossible } from './registration-errors.ts'

type Connection = OpenConnection['connection']
type Deps = Pick<WorkspaceDeps, 'connections' | 'connectors' | 'registrations' | 'hub' | 'now'>

/** Has a connection's webhook set up at the vendor, anew where it stands already. It is done within a few seconds. */
export async function registerWebhook(deps: Deps, id: string): Promise<Connection> {
  const connection = await registrable(deps, id)
  await planConnection(deps.hub, connection)
  await deps.registrations.registerAgain(id, deps.now())
  return connection
}

/** Has a connection's webhook taken away from the vendor; it stays away until somebody has it set up again. */
export async function removeWebhook(deps: Deps, id: string): Promise<Connection> {
  const connection = await registrable(deps, id)
  await deps.registrations.switchOff(id, deps.now())
  return connection
}

async function registrable({ connections, connectors }: Deps, id: string): Promise<Connection> {
  const connection = await connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  const connector = connectors.get(connection.connectorId)
  if (!connector?.registration) throw new RegistrationNotPossible(connector?.name ?? connection.connectorId)
  return connection
}
