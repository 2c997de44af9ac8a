import { Schema } from 'mongoose'
import type { Collection } from 'mongodb'
import type { Connection as Database, Model } from 'mongoose'
import { dropIndexes } from '../platform/drop-indexes.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

/** One contact's way through one flow version. Its id is made from flow and entry key, so there is one of each. */
export interface Run {
  id: string
  workspaceId: string
  flowId: string
  flowVersion: number
  entryKey: string
  eventId: string
  contactId?: string
  startedAt: Date
}

export interface RunDoc extends Omit<Run, 'id'> {
  _id: string
}

const schema = new Schema<RunDoc>(
  {
    _id: String,
    workspaceId: String,
    flowId: String,
    flowVersion: Number,
    entryKey: String,
    eventId: String,
    contactId: String,
    startedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  // One run per flow and entry key: the id is made from exactly these, so the primary key enforces it.
  .index({ workspaceId: 1, flowId: 1, startedAt: -1, _id: -1 })

export function runModel(database: Database): Model<RunDoc> {
  return modelOf<RunDoc>(database, 'Run', schema, 'runs')
}

export function runCollection(database: Database): Collection<RunDoc> {
  return database.collection<RunDoc>('runs')
}

/** Brings the index that the first versions had to the one that names the workspace as well. */
export async function replaceRunIndex(database: Database): Promise<void> {
  const model = runModel(database)
  await model.createIndexes()
  await dropIndexes(model, ['flowId_1_startedAt_-1__id_-1'])
}

/** The runs of one workspace. */
export interface RunStore {
  find(id: string): Promise<Run | undefined>
  findMany(ids: readonly string[]): Promise<Run[]>
  page(flowId: string, after: Cursor | undefined, limit: number): Promise<Run[]>
  count(flowId: string, limit: number): Promise<number>
  /** How many began in [from, to): counted by the index alone, so that a busy flow is no dearer. */
  countBetween(flowId: string, from: Date, to: Date): Promise<number>
}

export function createRunStore(database: Database, workspaceId: string): RunStore {
  const runs = runCollection(database)
  return {
    async find(id) {
      const doc = await runs.findOne({ _id: id, workspaceId })
      return doc ? toRun(doc) : undefined
    },
    findMany: async (ids) => (await runs.find({ _id: { $in: [...ids] }, workspaceId }).toArray()).map(toRun),
    async page(flowId, after, limit) {
      const docs = await runs
        .find({ workspaceId, flowId, ...olderThan('startedAt', after) })
        .sort({ startedAt: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return docs.map(toRun)
    },
    count: (flowId, limit) => runs.countDocuments({ workspaceId, flowId }, { limit }),
    countBetween: (flowId, from, to) =>
      runs.countDocuments({ workspaceId, flowId, startedAt: { $gte: from, $lt: to } }),
  }
}

export function toRun({ _id, ...rest }: RunDoc): Run {
  return { id: _id, ...rest }
}
