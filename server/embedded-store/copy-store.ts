import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { MongoClient } from 'mongodb'
import { FolderInUse, lockFolder } from './folder-lock.ts'
import { copyDatabase, type StoreCopy } from './copy-database.ts'
import { addressFile, storeFile } from './folder-files.ts'
import { Store } from './store.ts'

/**
 * Writes a copy of a data folder's store to a new file. A running store makes the copy itself, without stopping, and
 * the copy is of one moment. `restoreStore` goes back to it.
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
    const store = new Store(storeFile(dir))
    store.db.settle()
    store.db.close()
    return await copyDatabase(storeFile(dir), target)
  } finally {
    lock.release()
  }
}

async function copyRunning(dir: string, target: string): Promise<StoreCopy> {
  const [url = '', key = ''] = readFileSync(addressFile(dir), 'utf8').split('\n')
  const client = new MongoClient(url)
  try {
    const { documents } = await client.db('admin').command({ switchyardBackup: 1, file: target, key })
    return { documents: Number(documents) }
  } finally {
    await client.close()
  }
}
