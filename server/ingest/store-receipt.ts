import type { Collection } from 'mongodb'
import type { Metrics } from '../platform/metrics.ts'
import type { Numbers } from '../platform/numbers.ts'
import { GAP_MS } from '../platform/ordered-log.ts'
import type { Writes } from '../platform/writes.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import type { Crowd } from './crowd.ts'

/** The store cannot take the request now; the sender must be told to come again. */
export class StoreBusy extends Error {
  readonly retryAfterSeconds = 5
}

/** A durable place for requests. */
export interface ReceiptWriter {
  /** Resolves once the receipt would survive the loss of this process. Rejects with `StoreBusy` or the store's error. */
  store(doc: ReceiptDoc): Promise<void>
  /** Bytes taken in and not yet durable. */
  unacknowledgedBytes(): number
  idle(): Promise<void>
}

const BATCH_MAX = 256
const BATCH_BYTES_MAX = 8 * 1024 * 1024
const UNACKNOWLEDGED_MAX = 64 * 1024 * 1024
interface Waiting {
  doc: ReceiptDoc
  bytes: number
  settle: () => void
  fail: (err: unknown) => void
}

/**
 * Receipts that arrive at about the same time share one commit. One commit is under way at a time, so that the order
 * of numbers is the order of acknowledgement.
 */
export function createReceiptWriter(options: {
  receipts: Collection<ReceiptDoc>
  writes: Writes
  numbers: Numbers
  metrics: Metrics
  crowd: Pick<Crowd, 'enter' | 'leave'>
  /** Told of every accepted receipt, in order, once it is durable. */
  onStored: (docs: (ReceiptDoc & { number: number })[]) => void
  now: () => Date
}): ReceiptWriter {
  const { receipts, writes, numbers, metrics, crowd, onStored, now } = options
  let waiting: Waiting[] = []
  let bytesWaiting = 0
  let running = false
  function nextBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < waiting.length && count < BATCH_MAX) {
      bytes += waiting[count]!.bytes
      if (count > 0 && bytes > BATCH_BYTES_MAX) break
      count++
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return batch
  }

  async function commit(batch: Waiting[]): Promise<void> {
    const accepted = batch.flatMap(({ doc }) => (doc.open ? [doc] : []))
    const begun = now().getTime()
    const first = accepted.length > 0 ? await numbers.take(accepted.length) : 0
    const numbered = accepted.map((doc, at) => Object.assign(doc, { number: first + at }))
    await writes.insertNew(
      receipts,
      batch.map(({ doc }) => doc),
    )
    const tookMs = now().getTime() - begun
    metrics.commitTime.observe(tookMs)
    // Others give a number up after this long; acknowledging it now could break the order they rely on.
    if (tookMs > GAP_MS) throw new StoreBusy('Storing the request took too long.')
    if (numbered.length > 0) onStored(numbered)
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = nextBatch()
      try {
        await commit(batch)
        for (const entry of batch) entry.settle()
      } catch (err) {
        for (const entry of batch) entry.fail(err)
      }
      for (const { doc, bytes } of batch) {
        bytesWaiting -= bytes
        crowd.leave(doc.connectionId)
      }
    }
    running = false
  }

  return {
    store(doc) {
      const bytes = (doc.body?.length ?? 0) + doc.headers.length + 500
      if (bytesWaiting + bytes > UNACKNOWLEDGED_MAX) {
        return Promise.reject(new StoreBusy('More requests are arriving than the store can take.'))
      }
      return new Promise((settle, fail) => {
        waiting.push({ doc, bytes, settle, fail })
        bytesWaiting += bytes
        crowd.enter(doc.connectionId)
        if (running) return
        running = true
        setImmediate(() => void run())
      })
    },
    unacknowledgedBytes: () => bytesWaiting,
    async idle() {
      while (running) await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}
