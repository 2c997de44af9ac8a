import type { Collection } from 'mongodb'
import type { Reason } from '../errors.ts'
import type { LiveFeed } from '../platform/live-feed.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Database } from '../platform/mongo.ts'
import { traceIdOf } from '../platform/tracing.ts'
import type { Receipt, ReceiptDoc, ReceiptState } from '../receipts/receipt-store.ts'

/** What became of a receipt whose effects are durable. */
export interface WorkedReceipt {
  receipt: Receipt
  state: Exclude<ReceiptState, 'stored' | 'refused'>
  reason?: Reason
  eventIds: string[]
}

/**
 * Marks receipts as worked through; nobody waits for the mark. One that is lost with the process, or cannot be written,
 * means that the receipt is worked through once more, which changes nothing.
 */
export interface ReceiptMarker {
  mark(worked: readonly WorkedReceipt[]): void
  /** True from `mark` until the database says the same. */
  isPending(receiptId: string): boolean
  /** How many are pending. */
  size(): number
  /** Resolves when none is pending. */
  idle(): Promise<void>
}

export function createReceiptMarker(deps: {
  database: Pick<Database, 'writes'>
  receipts: Collection<ReceiptDoc>
  now: () => Date
  live: LiveFeed
  log: Logger
  metrics: Metrics
}): ReceiptMarker {
  const pending = new Set<string>()

  async function write(worked: readonly WorkedReceipt[]): Promise<void> {
    try {
      await markAll(deps, worked)
    } catch (err) {
      deps.log.error({ stage: 'receipts.not_marked', receipts: worked.length, err })
    }
    for (const { receipt } of worked) pending.delete(receipt.id)
  }

  return {
    mark(worked) {
      for (const { receipt } of worked) pending.add(receipt.id)
      void write(worked)
    },
    isPending: (receiptId) => pending.has(receiptId),
    size: () => pending.size,
    async idle() {
      while (pending.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

async function markAll(
  { database, receipts, now, live, log, metrics }: Parameters<typeof createReceiptMarker>[0],
  worked: readonly WorkedReceipt[],
): Promise<void> {
  const doneAt = now()
  await database.writes.updateEach(
    receipts,
    worked.map(({ receipt, state, reason, eventIds }) => ({
      // A replay that was asked for meanwhile is not marked as done by the round before it.
      guard: { _id: receipt.id, revision: receipt.revision },
      change: {
        $set: { state, doneAt, eventIds, ...(reason ? { reason } : {}) },
        $unset: { open: 1, ...(reason ? {} : { reason: 1 }) },
      },
    })),
    'later',
  )
  for (const { receipt, state, reason, eventIds } of worked) {
    metrics.worked.add(state)
    log.info({
      stage: 'event.normalised',
      receipt: receipt.id,
      connection: receipt.connectionId,
      state,
      reason: reason?.code,
      events: eventIds.length,
      trace: traceIdOf(receipt.trace),
      duration_ms: doneAt.getTime() - receipt.receivedAt.getTime(),
    })
    live.publish({ workspaceId: receipt.workspaceId, kind: 'receipt', id: receipt.id })
  }
}
