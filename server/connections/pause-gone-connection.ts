import type { Reason } from '../errors.ts'
import type { ConfigRevision } from '../platform/config-revision.ts'
import type { Logger } from '../platform/logger.ts'
import type { OpenConnection } from './connection-directory.ts'
import type { ConnectionStore } from './connection-store.ts'

/**
 * A receiver of outgoing webhooks that answers 410 wants no more of them (Standard Webhooks, "Operational
 * considerations", read 2026-11). Its connection is paused; what is waiting stays until a person decides. For other
 * vendors 410 concerns one thing only.
 */
export async function pauseGoneConnection(
  deps: {
    storesOf: (workspaceId: string) => { connections: Pick<ConnectionStore, 'change'> }
    config: ConfigRevision
    now: () => Date
    log: Logger
  },
  { connection, connector }: OpenConnection,
  reason: Reason,
): Promise<void> {
  if (!connector.goneEndsConnection) return
  await deps.storesOf(connection.workspaceId).connections.change(connection.id, {
    state: 'paused',
    pausedBecause: { code: 'receiver_gone', data: { because: reason } },
    updatedAt: deps.now(),
  })
  await deps.config.bump()
  deps.log.warn({ stage: 'connection.paused', connection: connection.id, reason: 'receiver_gone' })
}
