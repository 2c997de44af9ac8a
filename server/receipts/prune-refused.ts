import type { DatabaseConnection } from '../platform/mongo.ts'
import type { Logger } from '../platform/logger.ts'
import { receiptCollection } from './receipt-store.ts'

/** Refused receipts kept per connection: enough to see what happens, too little to fill a disk with. */
const KEPT_MAX = 1_000
const KEPT_BYTES_MAX = 50 * 1024 * 1024
/** Counting costs a read; it is done once for this many. */
const CHECK_EVERY = 50
const PAGE = 500

/** Keeps what strangers can make the hub store within bounds. */
export interface RefusedKeeper {
  noteRefused: (connectionId: string) => void
}

export function createRefusedKeeper(database: DatabaseConnection, log: Logger): RefusedKeeper {
  const since = new Map<string, number>()
  return {
    noteRefused(connectionId) {
      const count = (since.get(connectionId) ?? 0) + 1
      since.set(connectionId, count % CHECK_EVERY)
      if (count < CHECK_EVERY) return
      pruneRefused(database, connectionId).catch((err: unknown) =>
        log.warn({ stage: 'refused.not_pruned', connection: connectionId, err }),
      )
    },
  }
}

/** Removes the oldest refused receipts of a connection beyond 1,000 or 50 MB; returns how many. */
export async function pruneRefused(database: DatabaseConnection, connectionId: string): Promise<number> {
  const receipts = receiptCollection(database)
  const newestFirst = receipts
    .find({ connectionId, state: 'refused' }, { projection: { bodyBytes: 1 } })
    .sort({ connectionId: 1, state: 1, receivedAt: -1 })
  let kept = 0
  let bytes = 0
  const surplus: string[] = []
  for await (const { _id, bodyBytes } of newestFirst) {
    kept++
    bytes += bodyBytes
    if (kept > KEPT_MAX || bytes > KEPT_BYTES_MAX) surplus.push(_id)
  }
  for (let at = 0; at < surplus.length; at += PAGE) {
    await receipts.deleteMany({ _id: { $in: surplus.slice(at, at + PAGE) }, state: 'refused' })
  }
  return surplus.length
}
