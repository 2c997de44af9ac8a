import { join } from 'node:path'

/** Where the built-in store lives within the data folder. */
export function storeFolder(dataDir: string): string {
  return join(dataDir, 'store')
}
