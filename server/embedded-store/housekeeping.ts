import type { Collection, Index } from './catalog.ts'
import { newDoc } from './bson-types.ts'
import { temporaryPrefix } from './commands/write-output.ts'
import { nextRow, openQuery } from './query.ts'
import { docOf, type Store } from './store.ts'
import type { Write } from './write-queue.ts'

const purgeMs = 200
const sweepMs = 60_000

/** What the store does by itself: expire documents, forget idle cursors and old sessions, clear away what was dropped. */
export class Housekeeping {
  private readonly timers: NodeJS.Timeout[]
  private readonly store: Store
  private expiring = false
  private stopped = false

  constructor(store: Store, ttlSweepMs: number) {
    this.store = store
    this.timers = [
      setInterval(() => void this.expire(Date.now()), ttlSweepMs),
      setInterval(() => void this.sweep(Date.now()), sweepMs),
      setInterval(() => void this.purge(), purgeMs),
    ]
    for (const timer of this.timers) timer.unref()
    // An index or an $out that was cut short by the end of the process is of no use.
    void this.run(() => this.removeUnfinished())
  }

  stop(): void {
    this.stopped = true
    for (const timer of this.timers) clearInterval(timer)
  }

  /** Removes the documents whose time is over, by their TTL indexes. */
  async expire(nowMs: number): Promise<void> {
    if (this.expiring) return
    this.expiring = true
    try {
      for (const collection of this.store.catalog.list()) {
        for (const index of collection.indexes) {
          if (index.ttlSeconds !== undefined && !index.building) {
            await this.run(() => this.expireBy(collection, index, nowMs))
          }
        }
      }
    } finally {
      this.expiring = false
    }
  }

  private *expireBy(collection: Collection, index: Index, nowMs: number): Write<void> {
    const { store } = this
    const path = index.fields[0]?.path ?? ''
    const before = new Date(nowMs - (index.ttlSeconds ?? 0) * 1000)
    const filter = newDoc()
    filter[path] = docOf({ $lte: before })
    // A partial index expires only what is in it.
    if (index.partial) filter['$and'] = [index.partial]
    const source = openQuery(store, store.catalog.find(collection.ns), { filter })
    let removed = 0
    for (let row = yield* nextRow(store, source); row; row = yield* nextRow(store, source)) {
      const current = store.catalog.find(collection.ns)
      if (current?.id !== collection.id) return
      store.writer.remove(current, row)
      if (++removed % 16 === 0 && store.queue.isSliceOver) yield
    }
  }

  private async sweep(nowMs: number): Promise<void> {
    this.store.cursors.sweep(nowMs)
    const { sessions } = this.store
    await this.run(function* () {
      sessions.sweep(nowMs)
    })
  }

  private async purge(): Promise<void> {
    const { catalog } = this.store
    if (!catalog.hasDropped()) return
    await this.run(function* () {
      catalog.purgeSlice()
    })
  }

  private *removeUnfinished(): Write<void> {
    const { catalog } = this.store
    for (const collection of catalog.list()) {
      if (collection.name.startsWith(temporaryPrefix)) catalog.drop(collection)
      else for (const index of collection.indexes) if (index.building) catalog.removeIndex(collection, index)
    }
  }

  /** Housekeeping that fails (a full disk, the end of the process) is tried again the next time round. */
  private async run(write: () => Write<void>): Promise<void> {
    try {
      await this.store.queue.run(write)
    } catch (error) {
      if (this.stopped) return
      process.stderr.write(
        `embedded store: housekeeping failed: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    }
  }
}
