import type { DatabaseConnection } from '../platform/mongo.ts'
import type { Logger } from '../platform/logger.ts'
import { receiptCollection } from './receipt-store.ts'

/** Refused receipts kept per connection: enough to see what happens, too little to fill a disk with. */
const KEPT_MAX = 1_000
const KEPT_BYTES_MAX = 50 * 1024 * 1024
/** Counting costs a read; it is done once for this many, or once for so much. */
const CHECK_EVERY = 50
const CHECK_EVERY_BYTES = 2 * 1024 * 1024
const PAGE = 500

/** Keeps what strangers can make the hub store within bounds. */
export interface RefusedKeeper {
  noteRefused: (connectionId: string, bytes: number) => void
}

export function createRefusedKeeper(database: DatabaseConnection, log: Logger): RefusedKeeper {
  const since = new Map<string, { count: number; bytes: number }>()
  return {
    noteRefused(connectionId, bytes) {
      const before = since.get(connectionId) ?? { count: 0, bytes: 0 }
      const now = { count: before.count + 1, bytes: before.bytes + bytes }
      since.set(connectionId, now)
      if (now.count < CHECK_EVERY && now.bytes < CHECK_EVERY_BYTES) return
      since.delete(connectionId)
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
