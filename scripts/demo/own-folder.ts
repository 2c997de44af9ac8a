import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Says that whatever is in the folder may go. */
const MARK = 'made-by-the-demo'

/** Makes the folder anew. What an earlier demo left there goes; a folder that holds anything else is not touched. */
export function makeOwnFolder(folder: string): void {
  const isForeign = existsSync(folder) && !existsSync(join(folder, MARK)) && readdirSync(folder).length > 0
  if (isForeign) {
    throw new Error(
      `${folder} holds something that no demo has made, and would be emptied. Move it away, and start again.`,
    )
  }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, MARK), 'The next “npm run demo” removes this folder.\n')
}
