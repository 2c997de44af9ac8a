import { chmodSync, closeSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The file that holds a data folder's documents. */
export function storeFile(dir: string): string {
  return join(resolve(dir), 'store.sqlite')
}

/** The redo log that belongs to a store's file. */
export function logFile(file: string): string {
  return `${file}-redo`
}

/** Where a running store notes its connection string and its key, for commands of whoever may read the folder. */
export function addressFile(dir: string): string {
  return join(resolve(dir), 'store.address')
}

/** Makes a file only this user can read, unless it is there; SQLite gives the rights of it to its log as well. */
export function makePrivate(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}
