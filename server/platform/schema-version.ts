import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'mongoose'
import type { Logger } from './logger.ts'

/** One step forward. Expands only: the version before must still be able to work with what it leaves. */
export interface Migration {
  /** The version that the database has afterwards. */
  version: number
  name: string
  run: (connection: Connection) => Promise<void>
}

interface VersionDoc {
  _id: string
  version: number
  lockedBy?: string
  lockedUntil?: Date
}

const LOCK_MS = 60_000
const WAIT_MS = 250

/** The database was written by a newer program, which may have laid things out in a way this one does not know. */
export class DatabaseTooNew extends Error {}

/**
 * Brings the database to this program's version, one migration at a time, under a lock: of several processes that
 * start together one does it and the others wait. Throws `DatabaseTooNew` for a database from the future.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  options: { processId: string; now: () => Date; log: Logger },
): Promise<void> {
  const { processId, now, log } = options
  const rows = connection.collection<VersionDoc>('schema_version')
  const target = migrations.at(-1)?.version ?? 0
  await rows.updateOne({ _id: 'schema' }, { $setOnInsert: { version: 0 } }, { upsert: true })

  for (;;) {
    const row = await rows.findOne({ _id: 'schema' })
    const version = row?.version ?? 0
    if (version > target) {
      throw new DatabaseTooNew(
        `The database has schema version ${version}, this program knows ${target}. Start a newer release of Switchyard.`,
      )
    }
    if (version === target) return
    if (!(await lock())) {
      await sleep(WAIT_MS)
      continue
    }
    for (const migration of migrations.filter((each) => each.version > version)) {
      log.info({ stage: 'schema.migrating', version: migration.version, name: migration.name })
      await migration.run(connection)
      await rows.updateOne({ _id: 'schema', lockedBy: processId }, { $set: { version: migration.version } })
    }
    await rows.updateOne({ _id: 'schema', lockedBy: processId }, { $unset: { lockedBy: 1, lockedUntil: 1 } })
  }

  async function lock(): Promise<boolean> {
    const at = now()
    const { modifiedCount } = await rows.updateOne(
      { _id: 'schema', $or: [{ lockedUntil: { $exists: false } }, { lockedUntil: { $lte: at } }] },
      { $set: { lockedBy: processId, lockedUntil: new Date(at.getTime() + LOCK_MS) } },
    )
    return modifiedCount === 1
  }
}
