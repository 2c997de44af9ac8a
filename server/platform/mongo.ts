import { mkdirSync } from 'node:fs'
import type { Db } from 'mongodb'
import mongoose from 'mongoose'
import type { Connection } from 'mongoose'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { DatabaseAway } from './database-away.ts'
import { runByAsking } from './embedded-commands.ts'
import { readsByCommand, readsByDriver } from './reads.ts'
import type { Reads } from './reads.ts'
import { sendByCollection } from './send-by-collection.ts'
import { sendTogether } from './send-together.ts'
import { storeFolder } from './store-folder.ts'
import { createWrites } from './writes.ts'
import type { Writes } from './writes.ts'

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
  /** For the road, where many write at about the same time. */
  writes: Writes
  /** For the road, too. */
  reads: Reads
  close(): Promise<void>
}

/** While the embedded store's one thread works on one command, the next is made; a third would only wait there. */
const EMBEDDED_COMMANDS = 2
/** A server on a network works on many at once. */
const MONGO_COMMANDS = 8

/**
 * Opens the database that `mongoUrl` names, or the embedded store in `dataDir`. A write is acknowledged when it would
 * survive the loss of the process (journal) and of one machine (majority). Throws `DatabaseAway`.
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
    // The embedded store's socket does not fail by itself, and a numbered write costs it a row more.
    retryWrites: embedded === undefined,
  })
  let database: Db
  try {
    await connection.asPromise()
    database = connection.getClient().db(connection.name)
  } catch (err) {
    await connection.close(true)
    await embedded?.stop()
    throw new DatabaseAway(err)
  }
  const { reads, writes } = embedded ? directly(embedded, connection.name) : byDriver(database)
  return {
    connection,
    exclusive: embedded !== undefined,
    reads,
    writes,
    async close() {
      await writes.idle()
      await connection.close()
      await embedded?.stop()
    },
  }
}

type Road = Pick<Database, 'reads' | 'writes'>

function directly(store: EmbeddedStore, database: string): Road {
  const run = runByAsking(store.command)
  return {
    reads: readsByCommand(database, run),
    writes: createWrites(sendTogether(database, run), EMBEDDED_COMMANDS),
  }
}

function byDriver(database: Db): Road {
  return { reads: readsByDriver, writes: createWrites(sendByCollection(database), MONGO_COMMANDS) }
}

function startStore(dataDir: string): Promise<EmbeddedStore> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  return startEmbeddedStore({ dir: storeFolder(dataDir) })
}
