import type { WorkspaceDeps } from '../deps.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import { parseSettings } from './connection-settings.ts'
import type { Connection } from './connection-store.ts'
import { planConnection } from './plan-connection.ts'

/** Changes name, API address and limits; what is not given stays, what is given as null is taken away. */
export async function updateConnection(
  deps: Pick<WorkspaceDeps, 'connections' | 'config' | 'hub' | 'now'>,
  id: string,
  input: { name?: string | null; apiUrl?: string | null; limits?: unknown },
): Promise<Connection> {
  const connection = await deps.connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  const settings = parseSettings({
    name: input.name ?? connection.name,
    apiUrl: input.apiUrl === undefined ? connection.apiUrl : input.apiUrl,
    limits: input.limits === undefined ? connection.limits : input.limits,
  })
  const changed = await deps.connections.change(id, { ...settings, updatedAt: deps.now() })
  if (!changed) throw new ConnectionNotFound(id)
  await deps.config.bump()
  await planConnection(deps.hub, changed)
  return changed
}
