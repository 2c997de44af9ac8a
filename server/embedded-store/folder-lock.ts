import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { logFile, storeFile } from './folder-files.ts'

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

/** A data folder cannot be written to. */
class FolderUnusable extends Error {
  constructor(dir: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(
      `The data folder ${dir} cannot be written to (${reason}). Give this user the right to, or choose another folder.`,
      { cause },
    )
    this.name = 'FolderUnusable'
  }
}

/**
 * Keeps a data folder for this process until `release`. The lock is one the operating system holds on a file, through
 * SQLite: it goes with the process, however that ends, so there are no stale locks to clean up.
 * The folder is made where it is missing.
 * @throws FolderInUse, FolderUnusable
 */
export function lockFolder(dir: string): { release(): void } {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const files = [storeFile(dir), logFile(storeFile(dir))].filter((file) => existsSync(file))
    for (const path of [dir, ...files]) accessSync(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new FolderUnusable(dir, error)
  }
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
