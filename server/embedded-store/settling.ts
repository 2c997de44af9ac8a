import { performance } from 'node:perf_hooks'
import type { Checkpoints } from './checkpoints.ts'
import type { Store } from './store.ts'

const lookMs = 50
const quietBytesMax = 512 * 1024
const quietMsMax = 1_000
const bytesMax = 4 * 1024 * 1024
const msMax = 5_000
const restMsAfterFailure = 5_000

/** Below this share of busy time nobody is likely to wait for a commit of a few milliseconds. */
const quietShare = 0.5

/**
 * Chooses the moments at which SQLite commits what is only in the log. Few and large commits write a page that changed
 * often only once; but everybody waits while one runs, so it never grows beyond some milliseconds, and quiet moments are
 * used early.
 */
export class Settling {
  private readonly store: Store
  private readonly checkpoints: Pick<Checkpoints, 'afterCommit'>
  private readonly timer: NodeJS.Timeout
  private seen = performance.eventLoopUtilization()
  private emptyAt = performance.now()
  private notBefore = 0

  constructor(store: Store, checkpoints: Pick<Checkpoints, 'afterCommit'>) {
    this.store = store
    this.checkpoints = checkpoints
    this.timer = setInterval(() => this.look(), lookMs)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const now = performance.now()
    const seen = performance.eventLoopUtilization()
    const isQuiet = performance.eventLoopUtilization(seen, this.seen).utilization < quietShare
    this.seen = seen
    const bytes = this.store.db.unsettledBytes
    if (bytes === 0) {
      this.emptyAt = now
      return
    }
    const age = now - this.emptyAt
    const isDue = bytes > bytesMax || age > msMax || (isQuiet && (bytes > quietBytesMax || age > quietMsMax))
    if (!isDue || now < this.notBefore) return
    try {
      this.store.queue.settle()
      this.emptyAt = now
      this.checkpoints.afterCommit(bytes)
    } catch (error) {
      this.notBefore = now + restMsAfterFailure
      process.stderr.write(
        `embedded store: what is in the log could not be brought into the file yet: ${error instanceof Error ? error.message : String(error)}. Nothing is lost; it is tried again.\n`,
      )
    }
  }
}
