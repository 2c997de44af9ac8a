import { backup, DatabaseSync } from 'node:sqlite'
import { makePrivate } from './folder-files.ts'

/** What a copy holds. */
export interface StoreCopy {
  readonly documents: number
}

/** Pages copied at a time; between two portions other work gets its turn. */
const pagesPerStep = 128

/**
 * Copies what SQLite has committed to this file. It is read over a connection of its own and as of one moment, so that a
 * running store goes on writing meanwhile.
 */
export async function copyDatabase(file: string, target: string): Promise<StoreCopy> {
  makePrivate(target)
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    // The first read fixes the moment for as long as the transaction is open.
    db.exec('BEGIN')
    const row = db.prepare('SELECT coalesce(sum(count), 0) AS documents FROM collections').get()
    await backup(db, target, { rate: pagesPerStep })
    return { documents: Number(row?.['documents'] ?? 0) }
  } finally {
    db.close()
  }
}
