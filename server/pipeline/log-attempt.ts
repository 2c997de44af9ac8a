import type { Collection } from 'mongodb'
import type { Attempt, Delivery } from '../deliveries/delivery.ts'
import type { ExchangeDoc } from '../deliveries/exchange-store.ts'
import type { CapturedExchange } from '../platform/capture.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Database } from '../platform/mongo.ts'
import { traceIdOf } from '../platform/tracing.ts'

export interface LogAttemptDeps {
  database: Pick<Database, 'writes'>
  exchanges: Collection<ExchangeDoc>
  live: LiveFeed
  log: Logger
  metrics: Metrics
}

/** Leaves the trace of one attempt: what went over the wire, one log line, and news for whoever is watching. */
export function logAttempt(
  deps: LogAttemptDeps,
  delivery: Delivery,
  attempt: Attempt,
  exchanges: readonly CapturedExchange[],
): void {
  const endedAt = attempt.endedAt ?? attempt.startedAt
  const tookMs = endedAt.getTime() - attempt.startedAt.getTime()
  const { connectorId, state } = delivery
  deps.metrics.deliveries.of(connectorId).add(state)
  deps.metrics.attemptTime.of(connectorId).observe(tookMs)
  if (state === 'delivered') {
    deps.metrics.deliveryTime.observe(endedAt.getTime() - delivery.createdAt.getTime())
  }
  deps.log.info({
    stage: 'delivery.attempted',
    delivery: delivery.id,
    attempt: attempt.id,
    event: delivery.eventId,
    connection: delivery.connectionId,
    connector: connectorId,
    action: delivery.actionId,
    outcome: attempt.outcome,
    state,
    class: attempt.class,
    reason: attempt.reason?.code,
    status: attempt.status,
    trace: traceIdOf(delivery.trace),
    duration_ms: tookMs,
  })
  deps.live.publish({ workspaceId: delivery.workspaceId, kind: 'delivery', id: delivery.id })
  if (exchanges.length > 0) {
    keep(deps, {
      _id: attempt.id,
      deliveryId: delivery.id,
      workspaceId: delivery.workspaceId,
      at: endedAt,
      exchanges: JSON.stringify(exchanges),
    })
  }
}

/** A capture is for people to look at, and must never fail or delay a delivery. */
function keep({ database, exchanges, log }: LogAttemptDeps, doc: ExchangeDoc): void {
  database.writes
    .insertNew(exchanges, [doc], 'later')
    .catch((err: unknown) => log.warn({ stage: 'exchange.not_stored', err }))
}
