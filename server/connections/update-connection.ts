import type { WorkspaceDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { RenamedMeanwhile, stillNamed } from '../renamed-meanwhile.ts'
import { ConnectionNotFound } from './connection-errors.ts'
import { parseSettings } from './connection-settings.ts'
import type { Connection } from './connection-store.ts'
import { planConnection } from './plan-connection.ts'
import { wakeMended } from './wake-mended.ts'

/**
 * Changes name, API address and limits; what is not given stays, what is given as null is taken away. `nameSeen` is the
 * name that is to be another one: where somebody else renamed it meanwhile, nothing is changed.
 */
export async function updateConnection(
  deps: Pick<WorkspaceDeps, 'connections' | 'config' | 'hub' | 'now'>,
  health: Pick<DestinationHealth, 'close'>,
  id: string,
  input: { name?: string | null; nameSeen?: string | null; apiUrl?: string | null; limits?: unknown },
): Promise<Connection> {
  const connection = await deps.connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  const settings = parseSettings({
    name: input.name ?? connection.name,
    apiUrl: input.apiUrl === undefined ? connection.apiUrl : input.apiUrl,
    limits: input.limits === undefined ? connection.limits : input.limits,
  })
  const names = stillNamed(input.nameSeen, input.name && settings.name)
  const changed = await deps.connections.change(id, { ...settings, updatedAt: deps.now() }, { names })
  if (!changed) {
    const { name } = (await deps.connections.find(id)) ?? {}
    throw name === undefined ? new ConnectionNotFound(id) : new RenamedMeanwhile(name)
  }
  await deps.config.bump()
  await planConnection(deps.hub, changed)
  if (changed.apiUrl !== connection.apiUrl) await wakeMended({ ...deps.hub, health }, changed)
  return changed
}
