import type { Doc } from '../bson-types.ts'
import { newDoc } from '../bson-types.ts'
import { batchReply, readBatch, type Cursor, type ReplySource } from '../cursors.ts'
import { decode } from '../decode.ts'
import { encode } from '../encode.ts'
import { StoreError } from '../errors.ts'
import { compileProjection } from '../projection.ts'
import { countOption, openQuery, type Query } from '../query.ts'
import { asText, isSet } from '../read-value.ts'
import type { RowSource } from '../row-source.ts'
import {
  collectionName,
  deadlineOf,
  docField,
  expressionContext,
  hintField,
  numberField,
  refuseCollation,
  type Command,
  type CommandCall,
} from './command.ts'

const firstBatchSize = 101

/** Reads documents of one collection. */
export const find: Command = {
  fields: [
    'filter',
    'sort',
    'projection',
    'hint',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'let',
    'collation',
    'noCursorTimeout',
    'allowDiskUse',
    'allowPartialResults',
    'tailable',
    'awaitData',
    'oplogReplay',
    'returnKey',
    'showRecordId',
    'min',
    'max',
  ],
  async run(call) {
    const name = collectionName(call)
    const query = findQuery(call)
    const collection = call.store.catalog.find(`${call.db}.${name}`)
    const rows = openQuery(call.store, collection, query)
    const projection = docField(call, 'projection')
    const source = replySource(rows, projection, query)
    const cursor = call.store.cursors.make(`${call.db}.${name}`, source, isSet(call.body['noCursorTimeout']))
    const limit = query.limit ?? 0
    const size = numberField(call, 'batchSize') ?? firstBatchSize
    const single = isSet(call.body['singleBatch'])
    return firstBatch(call, cursor, countOption(size, 'batchSize'), single, limit)
  },
}

/** The query of a `find`. Throws, by name, for options that are not served. */
export function findQuery(call: CommandCall): Query {
  for (const option of ['tailable', 'awaitData', 'oplogReplay', 'returnKey', 'showRecordId']) {
    if (isSet(call.body[option])) {
      throw new StoreError(
        'CommandNotSupported',
        `The option "${option}" of find is not served by the embedded store.`,
      )
    }
  }
  for (const option of ['min', 'max']) {
    const bound = docField(call, option)
    if (bound && Object.keys(bound).length > 0) {
      throw new StoreError(
        'CommandNotSupported',
        `The option "${option}" of find is not served by the embedded store.`,
      )
    }
  }
  refuseCollation(call.body['collation'])
  return {
    filter: docField(call, 'filter') ?? newDoc(),
    sort: docField(call, 'sort'),
    hint: hintField(call.body['hint']),
    skip: countOption(numberField(call, 'skip'), 'skip'),
    limit: Math.abs(numberField(call, 'limit') ?? 0),
    context: expressionContext(call),
  }
}

function replySource(rows: RowSource, projection: Doc | undefined, query: Query): ReplySource {
  if (!projection || Object.keys(projection).length === 0) {
    return {
      next() {
        const row = rows.next()
        return row && row.doc
      },
    }
  }
  const project = compileProjection(projection, query.filter, query.context)
  return {
    next() {
      const row = rows.next()
      return row && encode(project(decode(row.doc)))
    },
  }
}

/** Answers with the first batch and keeps the cursor where there is more. */
export async function firstBatch(
  call: CommandCall,
  cursor: Cursor,
  size: number,
  single: boolean,
  limit = 0,
): Promise<Buffer> {
  const { docs, done } = await readBatch(cursor, size, deadlineOf(call))
  const ended = done || single || (limit > 0 && docs.length >= limit)
  if (!ended) call.store.cursors.keep(cursor)
  return batchReply('firstBatch', docs, ended ? 0n : cursor.id, cursor.ns)
}

/** The next batch of a cursor. */
export const getMore: Command = {
  fields: ['collection', 'batchSize'],
  async run(call) {
    const id = call.body['getMore']
    if (typeof id !== 'bigint')
      throw new StoreError('TypeMismatch', 'getMore needs the id of a cursor, an int64')
    const ns = `${call.db}.${asText(call.body['collection']) ?? ''}`
    const cursor = call.store.cursors.find(id, ns)
    const size = numberField(call, 'batchSize') ?? 0
    const { docs, done } = await readBatch(cursor, size > 0 ? size : Infinity, deadlineOf(call))
    if (done) call.store.cursors.close(id)
    return batchReply('nextBatch', docs, done ? 0n : id, cursor.ns)
  },
}

/** Closes cursors a client no longer needs. */
export const killCursors: Command = {
  fields: ['cursors'],
  run(call) {
    const ids = call.body['cursors']
    const killed = Array<bigint>()
    const notFound = Array<bigint>()
    for (const id of Array.isArray(ids) ? ids : []) {
      if (typeof id !== 'bigint') continue
      if (call.store.cursors.close(id)) killed.push(id)
      else notFound.push(id)
    }
    const reply = newDoc()
    reply['cursorsKilled'] = killed
    reply['cursorsNotFound'] = notFound
    reply['cursorsAlive'] = []
    reply['cursorsUnknown'] = []
    reply['ok'] = 1
    return reply
  },
}
