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
 * Marks receipts as worked through, those of a moment together: nobody waits for the mark, and one write for many
 * costs a fraction. A mark that is lost with the process, or cannot be written, means that the receipt is worked
 * through once more, which changes nothing.
 */
export interface ReceiptMarker {
  mark(worked: readonly WorkedReceipt[]): void
  /** True from `mark` until the database says the same. */
  isPending(receiptId: string): boolean
  /** How many are pending. */
  size(): number
  /** Writes what waits; resolves when that is done. */
  flush(): Promise<void>
}

const GATHER_MS = 20

export function createReceiptMarker(deps: {
  database: Pick<Database, 'writes'>
  receipts: Collection<ReceiptDoc>
  now: () => Date
  live: LiveFeed
  log: Logger
  metrics: Metrics
}): ReceiptMarker {
  let waiting: WorkedReceipt[] = []
  const pending = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length > 0) writing = writing.then(() => write(batch))
    return writing
  }

  async function write(batch: readonly WorkedReceipt[]): Promise<void> {
    try {
      await markAll(deps, batch)
    } catch (err) {
      deps.log.error({ stage: 'receipts.not_marked', receipts: batch.length, err })
    }
    for (const { receipt } of batch) pending.delete(receipt.id)
  }

  return {
    mark(worked) {
      if (worked.length === 0) return
      waiting.push(...worked)
      for (const { receipt } of worked) pending.add(receipt.id)
      timer ??= setTimeout(() => void flush(), GATHER_MS)
    },
    isPending: (receiptId) => pending.has(receiptId),
    size: () => pending.size,
    flush,
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
    'soon',
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
