import type { Db } from 'mongodb'

const POLL_MS = 250

/**
 * Resolves when the hub has nothing left to do, or after `msMax` without; what is left then shows in the promises it
 * breaks. A store that is away for a moment is asked again.
 */
export async function waitUntilDrained(db: Db, msMax: number, onWait: (left: string) => void): Promise<void> {
  const until = performance.now() + msMax
  let told = performance.now()
  for (;;) {
    const left = await whatIsLeft(db).catch((err: unknown) => String(err))
    if (left === undefined || performance.now() > until) return
    if (performance.now() - told > 5_000) {
      told = performance.now()
      onWait(left)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Each question names what the index over unfinished rows begins with, so that it is never a walk over everything. */
async function whatIsLeft(db: Db): Promise<string | undefined> {
  const partition = { $gte: 0 }
  const [receipts, events, deliveries] = await Promise.all([
    db.collection('receipts').countDocuments({ open: true, partition }),
    db.collection('events').countDocuments({ open: true, partition }),
    db.collection('deliveries').countDocuments({ open: true, lane: { $gt: '' } }),
  ])
  if (receipts + events + deliveries === 0) return undefined
  return `${receipts} receipts, ${events} events, ${deliveries} deliveries`
}
