import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { MongoClient } from 'mongodb'
import { FolderInUse, lockFolder } from './folder-lock.ts'
import { addressFile, storeFile } from './store-server.ts'

/** What a copy holds. */
export interface StoreCopy {
  readonly documents: number
}

/** Pages of 8 KB copied at a time; between two portions a running store goes on writing. */
const pagesPerStep = 64

/**
 * Writes a copy of a data folder's store to a new file. A running store makes the copy itself, without stopping, and
 * the copy is of one moment. To go back to it, put the file in an empty data folder under the name `store.sqlite`.
 */
export async function copyStore(dir: string, file: string): Promise<StoreCopy> {
  const target = resolve(file)
  if (existsSync(target))
    throw new Error(`${target} exists. Choose a new file, so that no backup is overwritten.`)
  if (!existsSync(storeFile(dir))) throw new Error(`There is no store in ${resolve(dir)}.`)
  let lock: { release(): void } | undefined
  try {
    lock = lockFolder(resolve(dir))
  } catch (error) {
    if (error instanceof FolderInUse) return copyRunning(dir, target)
    throw error
  }
  try {
    const db = new DatabaseSync(storeFile(dir))
    try {
      return await copyDatabase(db, target)
    } finally {
      db.close()
    }
  } finally {
    lock.release()
  }
}

async function copyRunning(dir: string, target: string): Promise<StoreCopy> {
  const [url = '', key = ''] = readFileSync(join(resolve(dir), addressFile), 'utf8').split('\n')
  const client = new MongoClient(url)
  try {
    const { documents } = await client.db('admin').command({ switchyardBackup: 1, file: target, key })
    return { documents: Number(documents) }
  } finally {
    await client.close()
  }
}

/** Copies an open database; it is written to meanwhile only through this very connection. */
export async function copyDatabase(db: DatabaseSync, target: string): Promise<StoreCopy> {
  await backup(db, target, { rate: pagesPerStep })
  const row = db.prepare('SELECT coalesce(sum(count), 0) AS documents FROM collections').get()
  return { documents: Number(row?.['documents'] ?? 0) }
}
