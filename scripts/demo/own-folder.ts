import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FolderInUse, lockFolder } from '../../server/embedded-store/folder-lock.ts'
import { storeFolder } from '../../server/platform/store-folder.ts'

/** Says that whatever is in the folder may go. */
const MARK = 'made-by-the-demo'

/** Throws where the folder holds anything but what an earlier demo left, or a hub is at work in it. */
export function checkOwnFolder(folder: string): void {
  const isForeign = existsSync(folder) && !existsSync(join(folder, MARK)) && readdirSync(folder).length > 0
  if (isForeign) {
    throw new Error(
      `${folder} holds something that no demo has made, and would be emptied. Move it away, and start again.`,
    )
  }
  const store = storeFolder(folder)
  if (!existsSync(store)) return
  try {
    lockFolder(store).release()
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    throw new Error(
      `A demo is running already, and its store in ${folder} would be deleted. Use that one, or stop it and start again.`,
      { cause: error },
    )
  }
}

/** Makes the folder anew, unless `checkOwnFolder` speaks against it. */
export function makeOwnFolder(folder: string): void {
  checkOwnFolder(folder)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, MARK), 'The next “npm run demo” removes this folder.\n')
}
