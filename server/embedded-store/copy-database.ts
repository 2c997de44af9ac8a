import { backup, DatabaseSync } from 'node:sqlite'
import { needsLog } from './database.ts'
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
    standAlone(target)
    return { documents: Number(row?.['documents'] ?? 0) }
  } finally {
    db.close()
  }
}

/** A copy has no log beside it and needs none: it is everything that was committed. */
function standAlone(target: string): void {
  const copy = new DatabaseSync(target)
  try {
    // Alone with the file, SQLite makes none for others beside it, which not every file system can hold.
    copy.exec('PRAGMA locking_mode=EXCLUSIVE')
    copy.prepare('INSERT OR REPLACE INTO state VALUES(?, 0)').run(needsLog)
  } finally {
    copy.close()
  }
}
