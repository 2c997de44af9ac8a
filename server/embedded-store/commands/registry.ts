import { aggregate } from './aggregate.ts'
import { switchyardBackup } from './backup.ts'
import {
  buildInfo,
  connectionStatus,
  endSessions,
  getParameter,
  hello,
  ping,
  serverStatus,
} from './greeting.ts'
import {
  collMod,
  collStats,
  create,
  dbStats,
  drop,
  dropDatabase,
  listCollections,
  listDatabases,
  renameCollection,
} from './collections.ts'
import { bulkWrite } from './bulk-write.ts'
import type { Command } from './command.ts'
import { count, distinct } from './count.ts'
import { deleteCommand } from './delete.ts'
import { find, getMore, killCursors } from './find.ts'
import { findAndModify } from './find-and-modify.ts'
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts'
import { insert } from './insert.ts'
import { update } from './update.ts'

/** Every command that is served, by the names clients use. */
export const commands: ReadonlyMap<string, Command> = new Map([
  ['hello', hello],
  ['isMaster', hello],
  ['ismaster', hello],
  ['ping', ping],
  ['endSessions', endSessions],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['connectionStatus', connectionStatus],
  ['serverStatus', serverStatus],
  ['getParameter', getParameter],
  ['insert', insert],
  ['update', update],
  ['delete', deleteCommand],
  ['bulkWrite', bulkWrite],
  ['findAndModify', findAndModify],
  ['findandmodify', findAndModify],
  ['find', find],
  ['getMore', getMore],
  ['killCursors', killCursors],
  ['aggregate', aggregate],
  ['count', count],
  ['distinct', distinct],
  ['create', create],
  ['createIndexes', createIndexes],
  ['listIndexes', listIndexes],
  ['dropIndexes', dropIndexes],
  ['drop', drop],
  ['dropDatabase', dropDatabase],
  ['renameCollection', renameCollection],
  ['listCollections', listCollections],
  ['listDatabases', listDatabases],
  ['collMod', collMod],
  ['collStats', collStats],
  ['dbStats', dbStats],
  ['dbstats', dbStats],
  ['switchyardBackup', switchyardBackup],
])

/** Commands MongoDB has and this store has not, with what to tell whoever sends them. */
export const refusedCommands: ReadonlyMap<string, string> = new Map([
  ['commitTransaction', 'Multi-document transactions are not served by the embedded store.'],
  ['abortTransaction', 'Multi-document transactions are not served by the embedded store.'],
  ['mapReduce', 'mapReduce is not served by the embedded store; use an aggregation.'],
])
