import { MongoBulkWriteError } from 'mongodb'
import type { Collection, Document, OptionalUnlessRequiredId, WriteConcern } from 'mongodb'

const DUPLICATE_KEY = 11000

/** The part of a write's options that says when it has to be on disk. */
export interface Durability {
  writeConcern?: WriteConcern
}

/**
 * Inserts documents whose ids the caller made, in one command. Returns the positions of those that existed already;
 * that is not an error, since every id names one fact and the pipeline may come by twice. Everything else throws.
 * `durability` is the connection's unless it is given.
 */
export async function insertNew<T extends Document>(
  collection: Collection<T>,
  docs: readonly T[],
  durability?: Durability,
): Promise<ReadonlySet<number>> {
  if (docs.length === 0) return new Set()
  try {
    // oxlint-disable-next-line typescript/consistent-type-assertions -- the driver's type cannot see that T has its _id
    await collection.insertMany(docs as unknown as OptionalUnlessRequiredId<T>[], {
      ordered: false,
      ...durability,
    })
    return new Set()
  } catch (err) {
    if (!(err instanceof MongoBulkWriteError)) throw err
    const failures = [err.writeErrors].flat()
    if (failures.length === 0 || failures.some(({ code }) => code !== DUPLICATE_KEY)) throw err
    return new Set(failures.map(({ index }) => index))
  }
}
