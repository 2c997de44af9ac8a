import { performance } from 'node:perf_hooks'
import type { Checkpoints } from './checkpoints.ts'
import type { Store } from './store.ts'

const lookMs = 50
const restMsAfterFailure = 5_000

/** When SQLite commits. */
interface SettlingLimits {
  /** As soon as the log holds so much that SQLite has not. */
  readonly bytesMax: number
  /** After so long, if it is worth a commit. */
  readonly ms: number
  readonly worthBytes: number
  /** After so long in any case. */
  readonly msMax: number
  /** A log that holds more than this is to begin anew, in bytes. */
  readonly logBytesMax: number
}

const usualLimits: SettlingLimits = {
  bytesMax: 6 * 1024 * 1024,
  ms: 250,
  worthBytes: 256 * 1024,
  msMax: 1_000,
  logBytesMax: 16 * 1024 * 1024,
}

/**
 * Chooses the moments at which SQLite commits what is only in the log. Everybody waits while a commit runs, and then for the
 * disk, which is busy with its pages: so there are a few every second, and each is small. What has to wait for the disk
 * itself, the beginning of a new log, comes when the thread that copies has just brought nearly everything there.
 */
export class Settling {
  private readonly store: Store
  private readonly checkpoints: Pick<Checkpoints, 'afterCommit' | 'hasCaughtUp' | 'isLogLong'>
  private readonly limits: SettlingLimits
  private readonly timer: NodeJS.Timeout
  private emptyAt = performance.now()
  private notBefore = 0

  constructor(
    store: Store,
    checkpoints: Pick<Checkpoints, 'afterCommit' | 'hasCaughtUp' | 'isLogLong'>,
    limits = usualLimits,
  ) {
    this.store = store
    this.checkpoints = checkpoints
    this.limits = limits
    this.timer = setInterval(() => this.look(), lookMs)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const now = performance.now()
    const { unsettledBytes: bytes, logBytes } = this.store.db
    const { bytesMax, ms, worthBytes, msMax, logBytesMax } = this.limits
    const { hasCaughtUp, isLogLong } = this.checkpoints
    if (bytes === 0) this.emptyAt = now
    const age = now - this.emptyAt
    const forGood = hasCaughtUp && logBytes > logBytesMax
    const isDue = bytes > bytesMax || (age > ms && bytes > worthBytes) || age > msMax
    if (now < this.notBefore || !(isDue || forGood || (hasCaughtUp && isLogLong))) return
    try {
      this.store.queue.settle(forGood)
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
