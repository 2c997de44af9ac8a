import type { Collection, Document } from 'mongodb'
import { insertNew } from './insert-new.ts'

/**
 * Adds a version of something under the first number that is free, from `first` on, and returns the number. One that is
 * there is of somebody who got no further, or is about to. Each makes one of their own, so that the history says whose it
 * is, and whoever comes too late takes nothing back that another one uses.
 */
export async function addVersion<T extends Document>(
  versions: Collection<T>,
  first: number,
  make: (version: number) => T,
): Promise<number> {
  let version = first
  while ((await insertNew(versions, [make(version)])).size > 0) version++
  return version
}
