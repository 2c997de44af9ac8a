import { mkdirSync } from 'node:fs'
import mongoose from 'mongoose'
import type { Connection } from 'mongoose'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { storeFolder } from './store-folder.ts'

/** An open connection, as stores and directories take it. */
export type { Connection as DatabaseConnection } from 'mongoose'

/** An open database and how this process shares it. */
export interface Database {
  connection: Connection
  /**
   * True where this process is the only one that can write: the embedded store, which no other hub reaches.
   * It allows numbers to be taken from memory and an event's stages to be written together.
   */
  exclusive: boolean
  close(): Promise<void>
}

/**
 * Opens the database that `mongoUrl` names, or the embedded store in `dataDir`. A write is acknowledged when it would
 * survive the loss of the process (journal) and of one machine (majority).
 */
export async function openDatabase(options: {
  mongoUrl: string | undefined
  dataDir: string
}): Promise<Database> {
  const embedded = options.mongoUrl ? undefined : await startStore(options.dataDir)
  const connection = mongoose.createConnection(options.mongoUrl ?? embedded!.url, {
    autoIndex: false,
    autoCreate: false,
    maxPoolSize: 32,
    minPoolSize: 4,
    serverSelectionTimeoutMS: 10_000,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    // The pipeline decides by what the primary holds; a lagging secondary would make it repeat or miss work.
    readPreference: 'primary',
    ignoreUndefined: true,
  })
  try {
    await connection.asPromise()
  } catch (err) {
    await connection.close(true)
    await embedded?.stop()
    throw new Error(
      'The database did not answer within 10 s. Check MONGO_URL and that the server is running as a replica set.',
      { cause: err },
    )
  }
  return {
    connection,
    exclusive: embedded !== undefined,
    async close() {
      await connection.close()
      await embedded?.stop()
    },
  }
}

function startStore(dataDir: string): Promise<{ url: string; stop(): Promise<void> }> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return startEmbeddedStore({ dir: storeFolder(dataDir) })
}
