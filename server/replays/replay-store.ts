import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import type { ReceiptState } from '../receipts/receipt-state.ts'
import { modelOf } from '../platform/model.ts'

/** What a replay goes over. */
export type ReplayTarget =
  | { kind: 'receipts'; connectionId?: string; states?: ReceiptState[]; from?: string; to?: string }
  | {
      kind: 'deliveries'
      connectionId?: string
      flowId?: string
      states: DeliveryState[]
      from?: string
      to?: string
      /** Sends again what was delivered already. */
      evenIfDelivered?: boolean
    }
  /** What a flow's pause kept out: sent through that flow alone. */
  | { kind: 'events'; flowId: string; since: string }

/** Sending a lot of things through the pipeline again: in chunks, with progress, and stopped on request. */
export interface Replay {
  id: string
  workspaceId: string
  target: ReplayTarget
  state: 'running' | 'done' | 'cancelled'
  /** Everything up to here has been replayed. */
  reached?: { at: Date; id: string }
  /** Nothing that came after the replay was asked for is part of it. */
  until: Date
  total: number
  done: number
  failed: number
  startedBy: string
  startedAt: Date
  endedAt?: Date
}

interface ReplayDoc extends Omit<Replay, 'id' | 'target'> {
  _id: string
  target: string
}

const schema = new Schema<ReplayDoc>(
  {
    _id: String,
    workspaceId: String,
    target: String,
    state: String,
    reached: new Schema({ at: Date, id: String }, { _id: false, strict: 'throw' }),
    until: Date,
    total: Number,
    done: Number,
    failed: Number,
    startedBy: String,
    startedAt: Date,
    endedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ workspaceId: 1, startedAt: -1 })
  .index({ state: 1, startedAt: 1 })

export function replayModel(database: Database): Model<ReplayDoc> {
  return modelOf<ReplayDoc>(database, 'Replay', schema, 'replays')
}

/** The replays of one workspace. */
export interface ReplayStore {
  find(id: string): Promise<Replay | undefined>
  page(after: Cursor | undefined, limit: number): Promise<Replay[]>
  count(limit: number): Promise<number>
  add(replay: Replay): Promise<void>
  /** Counts one more of it, whatever has become of it meanwhile; false where it is no longer running. */
  note(id: string, outcome: 'done' | 'failed', reached: NonNullable<Replay['reached']>): Promise<boolean>
  /** Only while it is running; a cancelled replay stays cancelled. */
  end(id: string, how: { state: 'done' | 'cancelled'; endedAt: Date }): Promise<boolean>
}

export function createReplayStore(database: Database, workspaceId: string): ReplayStore {
  const model = replayModel(database)
  return {
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toReplay(doc) : undefined
    },
    async page(after, limit) {
      const docs = await model
        .find({ workspaceId, ...olderThan('startedAt', after) })
        .sort({ startedAt: -1, _id: -1 })
        .limit(limit)
        .lean()
      return docs.map(toReplay)
    },
    count: (limit) => model.countDocuments({ workspaceId }).limit(limit),
    async add({ id, target, ...rest }) {
      await model.create({ _id: id, ...rest, workspaceId, target: JSON.stringify(target) })
    },
    async note(id, outcome, reached) {
      const doc = await model
        .findOneAndUpdate(
          { _id: id, workspaceId },
          { $inc: { [outcome]: 1 }, $set: { reached } },
          { returnDocument: 'after' },
        )
        .lean()
      return doc?.state === 'running'
    },
    async end(id, how) {
      const { matchedCount } = await model.updateOne(
        { _id: id, workspaceId, state: 'running' },
        { $set: how },
      )
      return matchedCount === 1
    },
  }
}

/** Replays of every workspace that still have work to do, oldest first. */
export async function runningReplays(database: Database): Promise<Replay[]> {
  return (await replayModel(database).find({ state: 'running' }).sort({ startedAt: 1 }).lean()).map(toReplay)
}

function toReplay({ _id, target, ...rest }: ReplayDoc): Replay {
  return { id: _id, ...rest, target: JSON.parse(target) }
}
