import { backup, type DatabaseSync } from 'node:sqlite'
import { makePrivate } from './folder-files.ts'

/** What a copy holds. */
export interface StoreCopy {
  readonly documents: number
}

/** Pages of 8 KB copied at a time; between two portions a running store goes on writing. */
const pagesPerStep = 64

/** Copies an open database; it is written to meanwhile only through this very connection. */
export async function copyDatabase(db: DatabaseSync, target: string): Promise<StoreCopy> {
  makePrivate(target)
  await backup(db, target, { rate: pagesPerStep })
  const row = db.prepare('SELECT coalesce(sum(count), 0) AS documents FROM collections').get()
  return { documents: Number(row?.['documents'] ?? 0) }
}
