import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Database } from './database.ts'

/** What the thread answers: how many pages the write-ahead log holds now, or why they could not be copied. */
export type CheckpointDone = { readonly frames: number } | { readonly failed: string }

/** When there is something to do. */
interface CheckpointLimits {
  /**
   * So much of the store's own log makes a checkpoint worth while, in bytes. More of it copies fewer pages, since one that
   * changed often is copied once; less of it keeps the disk busy for a shorter time, and whoever writes waits for that.
   */
  readonly worthBytes: number
  /** A write-ahead log of more pages than this is to begin anew. */
  readonly framesMax: number
}

const usualLimits: CheckpointLimits = { worthBytes: 512 * 1024, framesMax: 8_000 }

/**
 * Brings what SQLite has committed from its write-ahead log into the file. A thread of its own does nearly all of it, while
 * the store goes on. Only the last pages before the log begins anew are copied in the store's thread: SQLite goes back to
 * the log's front where a transaction begins with nothing left to copy, and the store's transactions follow each other
 * without a gap.
 */
export class Checkpoints {
  private readonly sqlite: DatabaseSync
  private readonly file: string
  private worker: Worker | undefined
  private readonly limits: CheckpointLimits
  private settledBytes = 0
  private frames = 0
  private underWay = false
  private caughtUp = false

  constructor(db: Pick<Database, 'file' | 'sqlite'>, limits = usualLimits) {
    this.sqlite = db.sqlite
    this.file = db.file
    this.limits = limits
    this.sqlite.exec('PRAGMA wal_autocheckpoint=0')
  }

  /** Everything that was committed before is on disk and in the file: for whatever comes now there is little to wait for. */
  get hasCaughtUp(): boolean {
    return this.caughtUp
  }

  /** The write-ahead log is to begin anew, which takes a commit while the thread has caught up. */
  get isLogLong(): boolean {
    return this.frames > this.limits.framesMax
  }

  /** SQLite has just committed what `bytes` of the store's log held, and no transaction is open. */
  afterCommit(bytes: number): void {
    this.settledBytes += bytes
    if (this.underWay) return
    if (this.caughtUp && this.isLogLong) {
      const { frames, copied } = checkpoint(this.sqlite)
      if (copied === frames) this.frames = 0
    }
    this.caughtUp = false
    if (this.settledBytes > this.limits.worthBytes) {
      this.settledBytes = 0
      this.underWay = true
      this.worker ??= this.startWorker()
      this.worker.postMessage('checkpoint')
    }
  }

  /** Resolves when nothing is being copied. */
  async idle(): Promise<void> {
    while (this.underWay) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  /** Lets a thread that starts or copies come to its end first. */
  async stop(): Promise<void> {
    await this.idle()
    await this.worker?.terminate()
  }

  /** Only once there is something to do: a store that rests needs no second thread. */
  private startWorker(): Worker {
    const worker = new Worker(new URL('./checkpoint-thread.mjs', import.meta.url), {
      workerData: this.file,
      // It needs a few megabytes, and more for the moment in which its sources are compiled for the first time.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 64 },
    })
    worker.on('message', (done: CheckpointDone) => this.onDone(done))
    worker.on('error', (error) => {
      this.worker = undefined
      this.onDone({ failed: String(error) })
    })
    worker.unref()
    return worker
  }

  private onDone(done: CheckpointDone): void {
    this.underWay = false
    if ('frames' in done) {
      this.frames = done.frames
      this.caughtUp = true
      return
    }
    process.stderr.write(
      `embedded store: what SQLite has committed could not be brought into its file yet: ${done.failed}. Nothing is lost; it is tried again.\n`,
    )
  }
}

/** Copies from the write-ahead log into the file without holding anybody up; tells the pages of the log, and of those how many are copied. */
export function checkpoint(sqlite: DatabaseSync): { frames: number; copied: number } {
  const row = sqlite.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
  return { frames: Number(row?.['log'] ?? 0), copied: Number(row?.['checkpointed'] ?? 0) }
}
