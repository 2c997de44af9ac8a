import { MongoBulkWriteError } from 'mongodb'
import type { Collection, Db, Document } from 'mongodb'
import type { SendWrites, WriteOperation, WriteOutcome } from './writes.ts'

type Placed<T> = T & { at: number }
type Insert = Placed<Extract<WriteOperation, { insert: Document }>>
type Update = Placed<Extract<WriteOperation, { change: Document }>>

/** Sends writes as one insert and one update for each collection, as every MongoDB takes them. */
export function sendByCollection(database: Db): SendWrites {
  return async (operations) => {
    const outcomes: WriteOutcome[] = operations.map(() => ({ n: 1 }))
    const groups = Map.groupBy(
      operations.map((operation, at) => ({ ...operation, at })),
      ({ collection }) => collection,
    )
    await Promise.all(
      [...groups].flatMap(([name, group]) => {
        const collection = database.collection(name)
        const inserts = group.filter((operation): operation is Insert => 'insert' in operation)
        const updates = group.filter((operation): operation is Update => 'change' in operation)
        return [insertAll(collection, inserts, outcomes), updateAll(collection, updates, outcomes)]
      }),
    )
    return outcomes
  }
}

async function insertAll(
  collection: Collection,
  inserts: readonly Insert[],
  outcomes: WriteOutcome[],
): Promise<void> {
  if (inserts.length === 0) return
  try {
    await collection.insertMany(
      inserts.map(({ insert }) => insert),
      { ordered: false },
    )
  } catch (err) {
    noteFailures(err, inserts, outcomes)
  }
}

async function updateAll(
  collection: Collection,
  updates: readonly Update[],
  outcomes: WriteOutcome[],
): Promise<void> {
  if (updates.length === 0) return
  const operations = updates.map(({ guard, change }) => ({ updateOne: { filter: guard, update: change } }))
  let matched = 0
  try {
    matched = (await collection.bulkWrite(operations, { ordered: false })).matchedCount
  } catch (err) {
    noteFailures(err, updates, outcomes)
  }
  if (matched === updates.length) return
  // The answer counts only; which of them found their document changed by somebody else has to be read.
  await Promise.all(
    updates.map(async (update) => {
      if (outcomes[update.at]?.error) return
      const doc = update.landed ? await collection.findOne({ _id: update.guard['_id'] }) : null
      outcomes[update.at] = { n: doc && update.landed?.(doc) ? 1 : 0 }
    }),
  )
}

/** Puts the errors of single operations where they belong; throws what stopped the whole command. */
function noteFailures(err: unknown, placed: readonly { at: number }[], outcomes: WriteOutcome[]): void {
  if (!(err instanceof MongoBulkWriteError)) throw err
  const failures = [err.writeErrors].flat()
  if (failures.length === 0) throw err
  for (const { index, code, errmsg } of failures) {
    const place = placed[index]
    if (place) outcomes[place.at] = { n: 0, error: { code: Number(code), message: errmsg ?? err.message } }
  }
}
