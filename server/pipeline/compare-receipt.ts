import type { Collection } from 'mongodb'
import { differenceOf, fieldPrints } from '#sdk'
import type { Difference, Snapshot } from '#sdk'
import type { Receipt, ReceiptDoc } from '../receipts/receipt-store.ts'
import type { KnownThing, KnownThings } from './known-things.ts'

/** What is new in each item of a receipt, by its place; `null`: the item counts as it stands. */
export type Comparison = readonly (Difference | null)[]

/** Compares what a receipt's items say about things at the vendor with what was last heard of them. */
export type CompareReceipt = (
  receipt: Receipt,
  snapshots: readonly (Snapshot | undefined)[],
) => Promise<Comparison>

/**
 * The comparison is decided once and written on the receipt before anything is learnt from it, so that a crash half-way
 * and a replay in a year come to the same events. One connection's receipts are worked through in order by one process,
 * so no other comparison comes in between.
 */
export async function compareReceipt(
  { known, receipts }: { known: KnownThings; receipts: Collection<ReceiptDoc> },
  receipt: Receipt,
  number: number,
  snapshots: readonly (Snapshot | undefined)[],
): Promise<Comparison> {
  const { connectionId } = receipt
  const ids = snapshots.flatMap((snapshot) => (snapshot ? [snapshot.id] : []))
  const before = await known.of(connectionId, ids)
  const wasLearnt = [...before.values()].some((thing) => thing.number === number)
  // A batch that failed half-way comes again as it was in memory: what it decided stands in the database alone.
  const decided = decidedBefore((wasLearnt && (await stored(receipts, receipt.id))) || receipt)
  // A replay of what was learnt long ago must not overwrite what is known today.
  if (decided && receipt.revision > 0) return decided

  const { comparison, learnt } = compare(before, snapshots, receipt.poll ? 'poll' : 'hook', decided)
  if (!decided && comparison.some((difference) => difference !== null)) {
    await receipts.updateOne({ _id: receipt.id }, { $set: { compared: JSON.stringify(comparison) } })
  }
  await known.learn(connectionId, learnt, number)
  return comparison
}

function stored(receipts: Collection<ReceiptDoc>, id: string): Promise<Pick<ReceiptDoc, 'compared'> | null> {
  return receipts.findOne({ _id: id }, { projection: { compared: 1 } })
}

/** What an earlier round has decided, if one has. */
export function decidedBefore({ compared }: Pick<Receipt, 'compared'>): Comparison | undefined {
  if (compared === undefined) return undefined
  const comparison: Comparison = JSON.parse(compared)
  return comparison
}

/**
 * A polled item counts if it differs from what is known. A posted one counts as it stands, unless the poll was faster
 * and brought this very state: then it has been counted.
 */
export function compare(
  before: ReadonlyMap<string, KnownThing>,
  snapshots: readonly (Snapshot | undefined)[],
  by: 'hook' | 'poll',
  decided?: Comparison,
): { comparison: Comparison; learnt: Map<string, KnownThing> } {
  const held = new Map(before)
  const learnt = new Map<string, KnownThing>()
  const comparison = snapshots.map((snapshot, position): Difference | null => {
    if (!snapshot) return null
    const heard = fieldPrints(snapshot)
    const known = held.get(snapshot.id)
    const difference = decided
      ? (decided[position] ?? null)
      : judge(known, differenceOf(known?.prints, heard), by)
    // The poll confirms what a webhook said; that a webhook said it stays true.
    const now: KnownThing =
      by === 'poll' && difference === 'same' && known ? known : { prints: { ...known?.prints, ...heard }, by }
    held.set(snapshot.id, now)
    learnt.set(snapshot.id, now)
    return difference
  })
  return { comparison, learnt }
}

function judge(
  known: KnownThing | undefined,
  difference: Difference,
  by: 'hook' | 'poll',
): Difference | null {
  if (by === 'poll') return difference
  return difference === 'same' && known?.by === 'poll' ? 'same' : null
}
