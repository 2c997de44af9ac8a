import type { AnyConnector } from '#sdk'
import type { HubDeps } from '../deps.ts'
import { planPolls } from '../polls/plan-polls.ts'
import { planRegistrations } from '../registrations/plan-registrations.ts'
import { connectionModel } from './connection-store.ts'

/** Sees to it that what a connection has to do by itself, beside waiting for hooks, is set up and up to date. */
export async function planConnection(
  hub: HubDeps,
  { id, connectorId }: { id: string; connectorId: string },
): Promise<void> {
  const connector = hub.connectors.get(connectorId)
  if (!connector || !actsByItself(connector)) return
  await planPolls(hub, id)
  await planRegistrations(hub, id)
}

/** The same for all connections of all workspaces: settings, connectors and credentials may have changed elsewhere. */
export async function planConnections(hub: HubDeps): Promise<void> {
  const connectorIds = [...hub.connectors.values()].filter(actsByItself).map(({ id }) => id)
  if (connectorIds.length === 0) return
  const model = connectionModel(hub.database.connection)
  const rows = model.find({ connectorId: { $in: connectorIds } }, { connectorId: 1 }).lean()
  for await (const { _id, connectorId } of rows.cursor()) {
    // A connection whose connector has a fault must not keep the others from being planned.
    await planConnection(hub, { id: _id, connectorId }).catch((err: unknown) =>
      hub.log.error({ stage: 'connection.not_planned', connection: _id, err }),
    )
  }
}

function actsByItself({ polls, registration }: AnyConnector): boolean {
  return polls !== undefined || registration !== undefined
}
