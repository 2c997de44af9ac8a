import type { Database } from './database.ts'
import { checkDeadline } from './errors.ts'
import type { KeyRange, Plan } from './plan.ts'
import type { RowSource } from './row-source.ts'

const entriesPerStep = 4096
const sliceMs = 8

/** Whether counting needs no document at all: the plan's keys are the answer. */
export function countsByKeys(plan: Plan): boolean {
  return plan.kind === 'index' && plan.exact && !plan.repeats
}

/** Counts keys in ranges up to `max`, at once. */
export function measureRanges(db: Database, ranges: readonly KeyRange[], max: number): number {
  let total = 0
  for (const { from, to, exactKey } of ranges) {
    if (total >= max) return max
    total += exactKey ? 1 : db.countEntries(from, to, max - total).count
  }
  return total
}

/** Counts what a plan finds by its keys alone, up to `max`, letting other work run in between. Throws past `deadline`. */
export async function countKeys(db: Database, plan: Plan, max: number, deadline: number): Promise<number> {
  if (plan.kind !== 'index') return 0
  let total = 0
  let sliceEnd = performance.now() + sliceMs
  for (const range of plan.ranges) {
    if (total >= max) return max
    if (range.exactKey) {
      if (db.ridOf(range.from) !== undefined) total++
      continue
    }
    let from: Buffer | undefined = range.from
    while (from && total < max) {
      const part = db.countEntries(from, range.to, Math.min(entriesPerStep, max - total))
      total += part.count
      from = part.next
      checkDeadline(deadline)
      if (performance.now() < sliceEnd) continue
      await new Promise((resolve) => setImmediate(resolve))
      sliceEnd = performance.now() + sliceMs
    }
  }
  return total
}

/** Calls `visit` for every document of a source, letting other work run in between; stops once it returns `false`. Throws past `deadline`. */
export async function eachRow(
  source: RowSource,
  deadline: number,
  visit: (doc: Buffer) => boolean | void,
): Promise<void> {
  let sliceEnd = performance.now() + sliceMs
  let steps = 0
  for (let row = source.next(); row !== undefined; row = source.next()) {
    if (row && visit(row.doc) === false) return
    if (++steps % 64 !== 0) continue
    checkDeadline(deadline)
    if (performance.now() < sliceEnd) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceEnd = performance.now() + sliceMs
  }
}
