import { Schema } from 'mongoose'
import type { Collection } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import type { Reason } from '../errors.ts'
import type { DueRow } from '../platform/due-rows.ts'
import { modelOf } from '../platform/model.ts'

/** What a connection asks its vendor for, again and again: one of its connector's polls for one subject. */
export interface Poll {
  id: string
  workspaceId: string
  connectionId: string
  /** The connector's name for it. */
  poll: string
  /** A calendar, a sheet; empty where the connector asks for everything at once. */
  subject: string
  isOn: boolean
  /** How often, where this connection says otherwise than its connector. */
  everyMs?: number
  /** When it is made next, as long as nothing holds it. */
  dueAt?: Date
  /** The vendor wants to be left alone until then. */
  notBefore?: Date
  /** Some process is at it. */
  leasedUntil?: Date
  lastPolledAt?: Date
  /** When it last brought something new. */
  lastFoundAt?: Date
  /** Tries in a row that failed. */
  failures: number
  /** Why the last one failed. */
  reason?: Reason
  createdAt: Date
}

export interface PollDoc extends Omit<Poll, 'id'>, DueRow {
  /**
   * Where the next page begins, unless a receipt `seq + 1` is stored: then that one's cursor counts, since it was
   * written together with what was found.
   */
  cursor?: string
  /** How many receipts this poll has stored. */
  seq: number
  /** Print of the last payload: the very same answer is not stored twice in a row. */
  payloadPrint?: string
}

const schema = new Schema<PollDoc>(
  {
    _id: String,
    workspaceId: String,
    connectionId: String,
    poll: String,
    subject: String,
    isOn: Boolean,
    everyMs: Number,
    dueAt: Date,
    notBefore: Date,
    leasedBy: String,
    leasedUntil: Date,
    token: Number,
    lastPolledAt: Date,
    lastFoundAt: Date,
    failures: Number,
    reason: Schema.Types.Mixed,
    createdAt: Date,
    cursor: String,
    seq: Number,
    payloadPrint: String,
    wokenAt: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ connectionId: 1, poll: 1, subject: 1 }, { unique: true })
  .index({ dueAt: 1 })

export const POLLS = 'polls'

export function pollModel(database: Database): Model<PollDoc> {
  return modelOf<PollDoc>(database, 'Poll', schema, POLLS)
}

/** The collection itself, for the work on due polls of all workspaces. */
export function pollCollection(database: Database): Collection<PollDoc> {
  return database.collection<PollDoc>(POLLS)
}

/** The polls of one workspace. */
export interface PollStore {
  find(id: string): Promise<Poll | undefined>
  ofConnection(connectionId: string): Promise<Poll[]>
  /** Makes it due now, whatever the vendor asked for before. */
  makeDue(id: string, at: Date): Promise<Poll | undefined>
  change(id: string, change: { isOn?: boolean; everyMs?: number; dueAt: Date }): Promise<Poll | undefined>
  /** Makes every poll of a connection due: something about the connection has been mended. */
  makeAllDue(connectionId: string, at: Date): Promise<void>
  removeOfConnection(connectionId: string): Promise<void>
}

export function createPollStore(database: Database, workspaceId: string): PollStore {
  const polls = pollCollection(database)
  return {
    async find(id) {
      const doc = await polls.findOne({ _id: id, workspaceId })
      return doc ? toPoll(doc) : undefined
    },
    ofConnection: async (connectionId) =>
      (await polls.find({ connectionId, workspaceId }).sort({ poll: 1, subject: 1 }).toArray()).map(toPoll),
    async makeDue(id, at) {
      const doc = await polls.findOneAndUpdate(
        { _id: id, workspaceId },
        { $set: { dueAt: at, wokenAt: at }, $unset: { notBefore: 1 } },
        { returnDocument: 'after' },
      )
      return doc ? toPoll(doc) : undefined
    },
    async change(id, { isOn, everyMs, dueAt }) {
      const doc = await polls.findOneAndUpdate(
        { _id: id, workspaceId },
        {
          $set: {
            dueAt,
            // Also while it is being made: whoever is at it would else give it back at the former pace.
            wokenAt: dueAt,
            ...(isOn === undefined ? {} : { isOn }),
            ...(everyMs === undefined ? {} : { everyMs }),
          },
        },
        { returnDocument: 'after' },
      )
      return doc ? toPoll(doc) : undefined
    },
    async makeAllDue(connectionId, at) {
      await polls.updateMany(
        { connectionId, workspaceId },
        { $set: { dueAt: at, wokenAt: at }, $unset: { notBefore: 1 } },
      )
    },
    async removeOfConnection(connectionId) {
      await polls.deleteMany({ connectionId, workspaceId })
    },
  }
}

function toPoll(doc: PollDoc): Poll {
  const {
    _id,
    leasedBy: _by,
    token: _token,
    cursor: _cursor,
    seq: _seq,
    payloadPrint: _print,
    wokenAt: _woken,
    ...rest
  } = doc
  return { id: _id, ...rest }
}
