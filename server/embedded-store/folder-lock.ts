import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'

/** Two processes wanted one data folder. */
export class FolderInUse extends Error {
  constructor(dir: string) {
    super(
      `The data folder ${dir} is in use by another Switchyard process. Stop that one first, or choose another folder.`,
    )
    this.name = 'FolderInUse'
  }
}

const sqliteBusy = 5

/**
 * Keeps a data folder for this process until `release`. The lock is one the operating system holds on a file, through
 * SQLite: it goes with the process, however that ends, so there are no stale locks to clean up.
 * @throws FolderInUse
 */
export function lockFolder(dir: string): { release(): void } {
  const lock = new DatabaseSync(join(dir, 'store.lock'))
  try {
    lock.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === sqliteBusy) {
      throw new FolderInUse(dir)
    }
    throw error
  }
  return { release: () => lock.close() }
}
