import type { WorkspaceDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { sayFarewell } from '../registrations/say-farewell.ts'
import { ConnectionInUse, ConnectionNotFound } from './connection-errors.ts'
import { giveBackTokens } from './give-back-tokens.ts'

const CHUNK = 500

/**
 * Removes a connection that no flow uses any more. Its address answers 404 from then on. What was still waiting to be
 * sent there is cancelled; what arrived through it stays. `leftBehind` says what remains to be done at the vendor.
 */
export async function deleteConnection(
  deps: Pick<
    WorkspaceDeps,
    | 'connections'
    | 'flows'
    | 'deliveries'
    | 'polls'
    | 'hub'
    | 'network'
    | 'vault'
    | 'config'
    | 'now'
    | 'stopping'
    | 'log'
  >,
  id: string,
): Promise<{ id: string; leftBehind: Reason[] }> {
  const connection = await deps.connections.find(id)
  if (!connection) throw new ConnectionNotFound(id)
  const flows = await deps.flows.using(id)
  if (flows.length > 0) throw new ConnectionInUse(flows)

  const open = await deps.hub.connections.byId(id)
  const webhooksLeft = await sayFarewell(deps.hub, connection, open)
  await deps.connections.remove(id)
  await deps.config.bump()
  await deps.polls.removeOfConnection(id)
  await cancelUnfinished(deps, id)
  return { id, leftBehind: [...webhooksLeft, ...(await giveBackTokens(deps, connection, open))] }
}

/** After the removal, so that nothing new joins; one under way ends by itself. */
async function cancelUnfinished(
  { deliveries, now }: Pick<WorkspaceDeps, 'deliveries' | 'now'>,
  connectionId: string,
): Promise<void> {
  const reason = { code: 'connection_deleted' }
  for (;;) {
    const ids = await deliveries.unfinished(connectionId, CHUNK)
    const moved = await Promise.all(
      ids.map((id) =>
        deliveries.move(id, ['queued', 'retrying', 'parked'], { state: 'cancelled', reason, at: now() }),
      ),
    )
    if (!moved.includes(true)) return
  }
}
