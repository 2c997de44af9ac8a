import { Schema } from 'mongoose'
import type { Collection, Filter } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import type { Reason } from '../errors.ts'
import type { ReceiptState } from './receipt-state.ts'
import { countStates } from '../platform/count-states.ts'
import type { StatePoint } from '../platform/count-states.ts'
import { countEach } from '../platform/count-each.ts'
import { dropIndexes } from '../platform/drop-indexes.ts'
import type { Cursor } from '../platform/keyset.ts'
import { allPartitions } from '../platform/partition.ts'
import { modelOf } from '../platform/model.ts'
import { readEach } from '../platform/read-each.ts'
import type { Stretch } from '../platform/read-each.ts'

export type { ReceiptState }

/** A request that arrived at a connection's address. */
export interface Receipt {
  id: string
  workspaceId: string
  connectionId: string
  state: ReceiptState
  reason?: Reason
  /** Which of the connector's inbounds recognised it. */
  inbound?: string
  method: string
  /** Query string as it came, presented secrets replaced. */
  query: string
  /** Lower-case names, presented secrets replaced, as JSON text: header names are a stranger's words. */
  headers: string
  /** Keyed hashes of the presented secrets by place, as JSON text, so that a refused request can be checked again. */
  sealed?: string
  /** Raw bytes after decompression; absent once retention has removed them. */
  body?: Buffer
  bodyBytes: number
  /** False where only the beginning was kept, because it was too large. */
  whole: boolean
  receivedAt: Date
  doneAt?: Date
  eventIds?: string[]
  /** How many times it was sent through the pipeline again. */
  revision: number
  /** Set where the hub asked for it itself: which poll, for which subject, and where the next page begins. */
  poll?: { id: string; name: string; subject: string; cursor: string }
  /** The trace that it belongs to, where traces are kept. */
  trace?: string
  /** JSON text: what was new in each item, where that was found out by comparing. Decided once, held for every replay. */
  compared?: string
}

export interface ReceiptDoc extends Omit<Receipt, 'id'> {
  _id: string
  /** Place in the order of acknowledgement; absent for refused ones, which nobody works on. */
  number?: number
  partition: number
  /** Set while there is work to do; the index over unfinished receipts holds only these. */
  open?: true
}

/** Part of two indexes: another list needs indexes of other names. */
const rareStates = ['not_understood', 'duplicate', 'refused'] satisfies ReceiptState[]

const schema = new Schema<ReceiptDoc>(
  {
    _id: String,
    workspaceId: String,
    connectionId: String,
    state: String,
    reason: Schema.Types.Mixed,
    inbound: String,
    method: String,
    query: String,
    headers: String,
    sealed: String,
    body: Buffer,
    bodyBytes: Number,
    whole: Boolean,
    receivedAt: Date,
    doneAt: Date,
    eventIds: { type: [String], default: undefined },
    revision: Number,
    poll: new Schema(
      { id: String, name: String, subject: String, cursor: String },
      { _id: false, id: false },
    ),
    trace: String,
    compared: String,
    number: Number,
    partition: Number,
    open: Boolean,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ number: 1 }, { sparse: true })
  .index({ partition: 1, number: 1 }, { partialFilterExpression: { open: true } })
  // Lists end in the id, as their cursors do: without it every page would be sorted in memory.
  .index({ workspaceId: 1, receivedAt: -1, _id: -1 })
  .index({ connectionId: 1, receivedAt: -1, _id: -1 })
  // Few among very many, and what people look for. What is `stored` is open, what is `done` is nearly everything.
  .index(
    { workspaceId: 1, state: 1, receivedAt: -1, _id: -1 },
    { name: 'rare_of_workspace', partialFilterExpression: { state: { $in: rareStates } } },
  )
  .index(
    { connectionId: 1, state: 1, receivedAt: -1, _id: -1 },
    { name: 'rare_of_connection', partialFilterExpression: { state: { $in: rareStates } } },
  )

export function receiptModel(database: Database): Model<ReceiptDoc> {
  return modelOf<ReceiptDoc>(database, 'Receipt', schema, 'receipts')
}

/** The collection itself, for the pipeline, which writes in batches and reads no more than it needs. */
export function receiptCollection(database: Database): Collection<ReceiptDoc> {
  return database.collection<ReceiptDoc>('receipts')
}

/** Replaces an index in which every receipt changed its place once it was done, and one that lacked duplicates. */
export async function replaceReceiptIndexes(database: Database): Promise<void> {
  const model = receiptModel(database)
  await model.createIndexes()
  await dropIndexes(model, [
    'connectionId_1_state_1_receivedAt_-1__id_-1',
    'workspaceId_1_state_1_receivedAt_-1__id_-1',
  ])
}

/** Which receipts a list shows. */
export interface ReceiptFilter {
  connectionId?: string
  states?: readonly ReceiptState[]
  from?: Date
  to?: Date
}

/** The receipts of one workspace, as people look at them. */
export interface ReceiptStore {
  find(id: string): Promise<Receipt | undefined>
  findMany(ids: readonly string[]): Promise<Receipt[]>
  /** Newest first; without bodies. */
  page(filter: ReceiptFilter, after: Cursor | undefined, limit: number): Promise<Receipt[]>
  count(filter: ReceiptFilter, limit: number): Promise<number>
  /** How many are not worked through yet. */
  countOpen(limit: number): Promise<number>
  /** How many arrived at these connections of the workspace since then; with a state, those that are in it. */
  countAt(
    connectionIds: readonly string[],
    state: ReceiptState | undefined,
    since: Date,
    limit: number,
  ): Promise<number>
  /** How many began since then, by step of time and state, among the newest `limit`. */
  statistics(since: Date, step: 'hour' | 'day', limit: number): Promise<StatePoint[]>
  /** Oldest first, without bodies: for work that goes over all of them. */
  oldest(filter: ReceiptFilter, after: Cursor | undefined, limit: number): Promise<Receipt[]>
  /** Puts it into the pipeline again, behind what has arrived; `false` while it is still being worked on. */
  sendAgain(id: string, change: { number: number; inbound: string | undefined }): Promise<boolean>
}

export function createReceiptStore(database: Database, workspaceId: string): ReceiptStore {
  const receipts = receiptCollection(database)
  const withoutBody = { projection: { body: 0 } } as const
  return {
    async find(id) {
      const doc = await receipts.findOne({ _id: id, workspaceId })
      return doc ? toReceipt(doc) : undefined
    },
    findMany: async (ids) =>
      (await receipts.find({ _id: { $in: [...ids] }, workspaceId }, withoutBody).toArray()).map(toReceipt),
    page: async (filter, after, limit) =>
      (await read(filter, { direction: -1, after, limit })).map(toReceipt),
    count: (filter, limit) => countEach(receipts, questions(filter), limit),
    countAt: (connectionIds, state, since, limit) =>
      receipts.countDocuments(
        {
          connectionId: { $in: [...connectionIds] },
          receivedAt: { $gte: since },
          ...(state ? inState(state) : {}),
        },
        { limit },
      ),
    countOpen: (limit) => receipts.countDocuments({ workspaceId, ...unfinished }, { limit }),
    statistics: (since, step, limit) =>
      countStates(receipts, { workspaceId, field: 'receivedAt', since, step, limit }),
    oldest: async (filter, after, limit) =>
      (await read(filter, { direction: 1, after, limit })).map(toReceipt),
    async sendAgain(id, { number, inbound }) {
      const { matchedCount } = await receipts.updateOne(
        { _id: id, workspaceId, open: { $exists: false } },
        {
          $set: { state: 'stored', open: true, number, ...(inbound ? { inbound } : {}) },
          $inc: { revision: 1 },
          $unset: { reason: 1, doneAt: 1 },
        },
      )
      return matchedCount === 1
    },
  }

  function read(filter: ReceiptFilter, stretch: Stretch): Promise<ReceiptDoc[]> {
    return readEach(
      questions(filter),
      (question) => receipts.find(question, withoutBody),
      'receivedAt',
      stretch,
    )
  }

  function questions({ states, ...filter }: ReceiptFilter): Filter<ReceiptDoc>[] {
    const condition = conditions(filter)
    return states ? [...new Set(states)].map((state) => ({ ...condition, ...inState(state) })) : [condition]
  }

  function conditions({ connectionId, from, to }: ReceiptFilter): Filter<ReceiptDoc> {
    return {
      workspaceId,
      ...(connectionId === undefined ? {} : { connectionId }),
      ...(from || to ? { receivedAt: { ...(from ? { $gte: from } : {}), ...(to ? { $lt: to } : {}) } } : {}),
    }
  }
}

/** The index over unfinished receipts begins with the partition. */
const unfinished = { open: true, partition: { $in: allPartitions } } as const

/**
 * One state, never several: MongoDB takes a partial index only for a single one of the values that it holds. What is
 * stored and not worked through yet is found as unfinished.
 */
function inState(state: ReceiptState): Filter<ReceiptDoc> {
  return state === 'stored' ? { state, ...unfinished } : { state }
}

export function toReceipt(doc: ReceiptDoc): Receipt {
  const { _id, number: _number, partition: _partition, open: _open, body, ...rest } = doc
  return { id: _id, ...rest, ...(body ? { body: bytesOf(body) } : {}) }
}

/** The driver gives a Binary back for what was stored as bytes. */
export function bytesOf(stored: Buffer | { buffer: Uint8Array; position?: number }): Buffer {
  if (Buffer.isBuffer(stored)) return stored
  return Buffer.from(
    stored.buffer.buffer,
    stored.buffer.byteOffset,
    stored.position ?? stored.buffer.byteLength,
  )
}
