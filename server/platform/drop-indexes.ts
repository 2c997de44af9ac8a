import type { Model } from 'mongoose'

/** Removes indexes that have been replaced, where they are still there. */
export async function dropIndexes<T>({ collection }: Model<T>, names: readonly string[]): Promise<void> {
  for (const name of names) if (await collection.indexExists(name)) await collection.dropIndex(name)
}
