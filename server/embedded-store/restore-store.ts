import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readSync,
  renameSync,
} from 'node:fs'
import { resolve } from 'node:path'
import { logFile, storeFile } from './folder-files.ts'

const sqliteMark = 'SQLite format 3\0'

/**
 * Puts a copy that `copyStore` wrote into a folder, which the next start then opens. Never replaces a store: whoever
 * goes back moves the present one away first, so that it can still be looked at.
 */
export function restoreStore(file: string, dir: string): void {
  const source = resolve(file)
  const target = storeFile(resolve(dir))
  if (!existsSync(source)) throw new Error(`There is no file ${source}.`)
  if (beginningOf(source) !== sqliteMark)
    throw new Error(`${source} is no copy of a store. Choose one that backup wrote.`)
  // A log without its file counts too: it would be played into the copy.
  if ([target, `${target}-wal`, logFile(target)].some((each) => existsSync(each)))
    throw new Error(
      `There is a store in ${resolve(dir)}. Stop the hub and move that folder away first, then restore.`,
    )
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Under its name only once it is whole: a start in between would take half a copy for the store.
  const partial = `${target}.partial`
  copyFileSync(source, partial)
  chmodSync(partial, 0o600)
  renameSync(partial, target)
}

function beginningOf(file: string): string {
  const opened = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(sqliteMark.length)
    readSync(opened, bytes)
    return bytes.toString('latin1')
  } finally {
    closeSync(opened)
  }
}
