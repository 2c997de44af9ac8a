import { MongoBulkWriteError } from 'mongodb'
import type { Collection, Document, OptionalUnlessRequiredId } from 'mongodb'

const DUPLICATE_KEY = 11000

/**
 * Inserts documents whose ids the caller made, in one command of their own. Returns the positions of those that existed
 * already; that is not an error, since every id names one fact. Everything else throws. What lies on the road of events
 * goes by `Writes` instead.
 */
export async function insertNew<T extends Document>(
  collection: Collection<T>,
  docs: readonly T[],
): Promise<ReadonlySet<number>> {
  if (docs.length === 0) return new Set()
  try {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- the driver's type cannot see that T has its _id
    await collection.insertMany(docs as unknown as OptionalUnlessRequiredId<T>[], { ordered: false })
    return new Set()
  } catch (err) {
    if (!(err instanceof MongoBulkWriteError)) throw err
    const failures = [err.writeErrors].flat()
    if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw err
    return new Set(failures.map(({ index }) => index))
  }
}
