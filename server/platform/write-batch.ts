import type { AnyBulkWriteOperation, Collection, Filter, UpdateFilter } from 'mongodb'

/** A document whose id the caller made. */
export interface Named {
  _id: string
}

/** One update of one document, carried out only while `guard` still describes it. */
export interface GuardedUpdate<T extends Named> {
  /** Carries the id of the document. */
  guard: Filter<T> & { _id: string }
  change: UpdateFilter<T>
  /** Tells from the document as it is now whether this very change went through. */
  landed: (doc: T) => boolean
}

/**
 * Updates that many callers ask for at about the same time go to the database as one command and one commit. A caller
 * waits for the commit and hears whether its update went through.
 */
export interface WriteBatch<T extends Named> {
  update(update: GuardedUpdate<T>): Promise<boolean>
}

interface Waiting<T extends Named> {
  update: GuardedUpdate<T>
  settle: (landed: boolean) => void
  fail: (err: unknown) => void
}

const BATCH_MAX = 500

export function createWriteBatch<T extends Named>(collection: Collection<T>): WriteBatch<T> {
  let waiting: Waiting<T>[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX)
      waiting = waiting.slice(BATCH_MAX)
      try {
        const landed = await write(batch)
        batch.forEach((entry, at) => entry.settle(landed[at] === true))
      } catch (err) {
        for (const entry of batch) entry.fail(err)
      }
    }
    running = false
  }

  async function write(batch: Waiting<T>[]): Promise<boolean[]> {
    const operations = batch.map(({ update }): AnyBulkWriteOperation<T> => ({
      updateOne: { filter: update.guard, update: update.change },
    }))
    const { matchedCount } = await collection.bulkWrite(operations, { ordered: false })
    if (matchedCount === batch.length) return batch.map(() => true)

    // The answer counts only; which of them found their document changed by somebody else has to be read.
    return Promise.all(
      batch.map(async ({ update }) => {
        const doc = await collection.findOne<T>(idFilter(update.guard))
        return doc !== null && update.landed(doc)
      }),
    )
  }

  return {
    update: (update) =>
      new Promise((settle, fail) => {
        waiting.push({ update, settle, fail })
        // The turn of the event loop that is running may bring more for the same commit.
        if (!running) setImmediate(() => void (running || run()))
      }),
  }
}

function idFilter<T extends Named>({ _id }: Filter<T> & { _id: string }): Filter<T> {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- every T is Named, which the driver cannot see
  return { _id } as Filter<T>
}
