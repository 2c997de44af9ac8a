import { mkdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'

const TURN_FILE = 'process.lock'

/**
 * Takes the turn in a data folder, until `release`. The lock is one the operating system holds on a file, through
 * SQLite, and goes with the process, however that ends: whoever gets it knows that the process written there is no
 * more, and `takeOver` is told its id. Several processes may share a folder; the turn is then with one of them, and the
 * others take nothing over.
 */
export async function takeFolderTurn(
  dataDir: string,
  processId: string,
  takeOver: (predecessor: string) => Promise<void>,
): Promise<{ release(): void }> {
  const file = openLocked(dataDir)
  if (!file) return { release: () => undefined }
  try {
    file.exec('CREATE TABLE IF NOT EXISTS turn (process_id TEXT NOT NULL)')
    const predecessor = file.prepare('SELECT process_id FROM turn').get()?.['process_id']
    // Written down afterwards: should this process be killed meanwhile, the next one still learns of it.
    if (typeof predecessor === 'string') await takeOver(predecessor)
    file.exec('DELETE FROM turn')
    file.prepare('INSERT INTO turn VALUES (?)').run(processId)
    file.exec('COMMIT')
  } catch (err) {
    file.close()
    throw err
  }
  return { release: () => file.close() }
}

/** Undefined where another process has the turn, or where the folder cannot be written to. */
function openLocked(dataDir: string): DatabaseSync | undefined {
  let file: DatabaseSync | undefined
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    file = new DatabaseSync(join(dataDir, TURN_FILE))
    file.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE')
    return file
  } catch {
    file?.close()
    return undefined
  }
}
