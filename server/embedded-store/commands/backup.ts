import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { copyDatabase } from '../copy-database.ts'
import { StoreError } from '../errors.ts'
import { asText } from '../read-value.ts'
import { docOf } from '../store.ts'
import type { Command } from './command.ts'

/** This store's own command: writes a copy of itself to a new file while it goes on working. */
export const switchyardBackup: Command = {
  fields: ['file', 'key'],
  async run(call) {
    // Over a port anybody on this machine could ask; files are written only for those who may read the data folder.
    if (call.body['key'] !== call.server.folderKey) {
      throw new StoreError(
        'Unauthorized',
        'switchyardBackup needs the key of the data folder, from its file store.address.',
      )
    }
    const file = asText(call.body['file'])
    if (file === undefined || !isAbsolute(file)) {
      throw new StoreError('BadValue', 'switchyardBackup needs "file", the absolute path of a new file.')
    }
    if (existsSync(file)) throw new StoreError('BadValue', `${file} exists; a backup is never overwritten.`)
    try {
      call.store.queue.settle()
      const { documents } = await copyDatabase(call.store.db.file, file)
      return docOf({ documents, ok: 1 })
    } catch (error) {
      throw new StoreError(
        'OperationFailed',
        `The backup to ${file} failed: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  },
}
