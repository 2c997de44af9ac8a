import { isTooLarge } from '../platform/writes.ts'

/** Something whose part in a batch can never be stored, and why. */
export interface Unstorable<T> {
  item: T
  err: unknown
}

/**
 * Works a batch; where something in it makes more than the database ever takes, each item by itself, in order. Returns
 * those that cannot be stored even so. Only a size decides that: whatever else fails, a database that is away or a full
 * disk, says nothing about an item, and is thrown for the batch to be tried again.
 */
export async function workApart<T>(
  batch: readonly T[],
  work: (part: readonly T[]) => Promise<void>,
): Promise<Unstorable<T>[]> {
  try {
    await work(batch)
    return []
  } catch (err) {
    if (!isTooLarge(err)) throw err
    const [item] = batch
    if (item !== undefined && batch.length === 1) return [{ item, err }]
    const unstorable: Unstorable<T>[] = []
    for (const each of batch) unstorable.push(...(await workApart([each], work)))
    return unstorable
  }
}
