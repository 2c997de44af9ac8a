import { join, resolve } from 'node:path'

/** The file that holds a data folder's documents. */
export function storeFile(dir: string): string {
  return join(resolve(dir), 'store.sqlite')
}

/** Where a running store notes its connection string and its key, for commands of whoever may read the folder. */
export function addressFile(dir: string): string {
  return join(resolve(dir), 'store.address')
}
