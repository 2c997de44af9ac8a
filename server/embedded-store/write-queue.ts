import type { Catalog } from './catalog.ts'
import { errorCode, type Database } from './database.ts'
import { checkDeadline, StoreError } from './errors.ts'

/**
 * A write: does its work and may `yield` where it can be interrupted. What was done up to a `yield` may be committed
 * on its own, so that one long write does not hold up all others.
 */
export type Write<T> = Generator<void, T, void>

/** When a write has to be on disk: before its caller hears of it, or a moment later, with whatever comes next. */
export type Durability = 'at_once' | 'soon'

interface Waiting {
  readonly durability: Durability
  /** Runs until the next `yield`; `true` when the write is through. */
  step(): boolean
  /** Forgets what it did in a batch that was taken back; `false` when earlier parts are already committed. */
  restart(): boolean
  done(): void
  failed(error: unknown): void
}

/** A batch is committed after this many milliseconds of work at the latest. */
const batchMsMax = 12
/** What is durable soon is on disk after this, as MongoDB's journal is. */
const soonMs = 100

/**
 * All writes of the store, one after the other. Whatever waits shares one batch, because the sync to disk at its end costs
 * more than the work; nobody is told of success before that sync who did not say that it may come soon. Writes become
 * durable in the order in which they ran, so one that must last takes with it all that it may build on.
 */
export class WriteQueue {
  private waiting: Waiting[] = []
  private scheduled = false
  private closed = false
  private endAt = 0
  private soon: NodeJS.Timeout | undefined
  private readonly db: Database
  private readonly catalog: Catalog
  private readonly onCommit: () => void

  constructor(db: Database, catalog: Catalog, onCommit: () => void) {
    this.db = db
    this.catalog = catalog
    this.onCommit = onCommit
  }

  /**
   * Runs a write and resolves when it is as durable as asked for. An error it throws itself must not leave half-done work
   * behind. Past `deadline` no further part of it begins.
   */
  run<T>(start: () => Write<T>, durability: Durability = 'at_once', deadline = Infinity): Promise<T> {
    if (this.closed)
      return Promise.reject(new StoreError('InterruptedAtShutdown', 'The store is shutting down.'))
    return new Promise<T>((resolve, reject) => {
      let write: Write<T> | undefined
      let result: IteratorReturnResult<T> | undefined
      let steps = 0
      this.waiting.push({
        durability,
        step: () => {
          checkDeadline(deadline)
          write ??= start()
          steps++
          const next = write.next()
          if (next.done) result = next
          return next.done === true
        },
        restart: () => {
          const whole = steps === 1
          write = undefined
          result = undefined
          steps = 0
          return whole
        },
        done: () => {
          if (result) resolve(result.value)
        },
        failed: reject,
      })
      this.schedule()
    })
  }

  /** Whether the running write has had its time and should `yield`. */
  get isSliceOver(): boolean {
    return performance.now() > this.endAt
  }

  /**
   * Lets SQLite commit what is only in the log; `forGood` waits for the disk, and the log begins anew. A failure is thrown
   * and changes nothing: what was acknowledged is brought in from the log again.
   */
  settle(forGood = false): void {
    this.db.commit()
    try {
      if (forGood) this.db.settleForGood()
      else this.db.settle()
    } catch (error) {
      this.db.recover()
      this.reload()
      throw error
    }
  }

  /** Takes no more writes and resolves when those that wait are done. */
  async close(): Promise<void> {
    this.closed = true
    while (this.waiting.length > 0) await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(this.soon)
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.commitWaiting()
      if (this.waiting.length > 0) this.schedule()
    })
  }

  private commitWaiting(): void {
    const taken = this.waiting
    const finished = Array<Waiting>()
    const refused = Array<{ write: Waiting; error: unknown }>()
    const unfinished = Array<Waiting>()
    this.endAt = performance.now() + batchMsMax
    let used = 0
    let culprit: Waiting | undefined
    this.waiting = []
    try {
      this.db.begin()
      while (used < taken.length && (used === 0 || !this.isSliceOver)) {
        const write = taken[used++]
        if (!write) break
        try {
          if (write.step()) finished.push(write)
          else unfinished.push(write)
        } catch (error) {
          if (!(error instanceof StoreError)) {
            culprit = write
            throw error
          }
          refused.push({ write, error })
        }
      }
      this.catalog.saveTotals()
      if (taken.slice(0, used).some(({ durability }) => durability === 'at_once')) this.db.commit()
      else this.commitSoon()
    } catch (error) {
      // Everything of this batch is gone, and with it what the memory knew of it.
      this.db.takeBack()
      this.reload()
      this.takeBack(taken.slice(0, used), culprit, explainFailure(error))
      this.waiting = [...this.waiting, ...taken.slice(used)]
      return
    }
    // What takes long goes to the end of the line, so that everybody has a turn between its parts.
    this.waiting = [...taken.slice(used), ...unfinished]
    this.onCommit()
    for (const write of finished) write.done()
    for (const { write, error } of refused) write.failed(error)
  }

  private commitSoon(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined
      try {
        this.db.commit()
      } catch {
        // It stays in memory and goes with the next batch, whose writers hear what is wrong with the disk.
        if (!this.closed) this.commitSoon()
      }
    }, soonMs)
  }

  private reload(): void {
    this.catalog.reload()
    this.onCommit()
  }

  /** Fails the write that broke the batch and runs its neighbours again; without a culprit all fail. */
  private takeBack(writes: readonly Waiting[], culprit: Waiting | undefined, error: unknown): void {
    for (const write of writes) {
      const again = write.restart()
      if (again && culprit && write !== culprit) this.waiting.push(write)
      else write.failed(error)
    }
  }
}

/** Says in one sentence what the disk did; other errors are passed on as they are. */
function explainFailure(error: unknown): unknown {
  if (isDiskFull(error)) {
    return new StoreError(
      14031,
      'Nothing was written: the disk that holds the data folder is full. Free some space and try again; nothing needs to be restarted.',
    )
  }
  const isFileError = error instanceof Error && 'syscall' in error
  if (error instanceof Error && (isFileError || errorCode(error) === sqliteIoError)) {
    return new StoreError(
      'OperationFailed',
      `Nothing was written: the disk answered "${error.message}". Check it and try again.`,
    )
  }
  return error
}

const sqliteIoError = 10
const sqliteFull = 13
const noSpaceCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

function isDiskFull(error: unknown): boolean {
  if (errorCode(error) === sqliteFull) return true
  return error instanceof Error && 'code' in error && noSpaceCodes.includes(error.code)
}
