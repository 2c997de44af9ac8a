import type { Collection } from 'mongodb'
import type { EventDoc } from '../events/event-store.ts'
import { toReceipt } from '../receipts/receipt-store.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import { compare } from './compare-receipt.ts'
import type { KnownThings } from './known-things.ts'
import { normaliseReceipt } from './normalise-receipt.ts'
import type { NormaliseDeps } from './normalise-receipt.ts'

/** Whether a page that was asked for holds anything that the hub does not have yet. */
export type BringsNews = (doc: ReceiptDoc) => Promise<boolean>

const CHUNK = 1_000

/**
 * Looks without changing anything. What cannot be understood is news: somebody has to see it. So is a thing that is
 * known in another state or not at all, even where it makes no event: a calendar that is read for the first time is
 * learnt, so that a meeting which is moved later is told as moved. A fact whose receipt is still on its way is not seen
 * here and counts once all the same.
 */
export function createBringsNews(
  deps: NormaliseDeps & { events: Collection<EventDoc>; known: KnownThings },
): BringsNews {
  return async (doc) => {
    let isLearnt = true
    const meaning = await normaliseReceipt(deps, toReceipt(doc), async (receipt, snapshots) => {
      const ids = snapshots.flatMap((snapshot) => (snapshot ? [snapshot.id] : []))
      const { comparison } = compare(await deps.known.of(receipt.connectionId, ids), snapshots, 'poll')
      isLearnt = comparison.every((difference) => difference === null || difference === 'same')
      return comparison
    })
    if (!meaning.understood || meaning.problems.length > 0 || !isLearnt) return true
    const ids = [...new Set(meaning.events.map(({ id }) => id))]
    for (let at = 0; at < ids.length; at += CHUNK) {
      const chunk = ids.slice(at, at + CHUNK)
      if ((await deps.events.countDocuments({ _id: { $in: chunk } })) < chunk.length) return true
    }
    return false
  }
}
