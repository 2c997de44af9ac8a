import { Schema } from 'mongoose'
import type { Connection, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'

/** How long things are kept, in days. */
export interface Retention {
  bodiesDays: number
  receiptsDays: number
  refusedDays: number
  deliveriesDays: number
}

export interface Workspace {
  id: string
  name: string
  retention: Retention
  createdAt: Date
}

interface WorkspaceDoc extends Omit<Workspace, 'id'> {
  _id: string
}

export const DEFAULT_RETENTION: Retention = {
  bodiesDays: 30,
  receiptsDays: 90,
  refusedDays: 7,
  deliveriesDays: 400,
}

const retention = new Schema<Retention>(
  { bodiesDays: Number, receiptsDays: Number, refusedDays: Number, deliveriesDays: Number },
  { _id: false },
)

const schema = new Schema<WorkspaceDoc>(
  { _id: String, name: String, retention, createdAt: Date },
  { versionKey: false, strict: 'throw' },
)

export function workspaceModel(connection: Connection): Model<WorkspaceDoc> {
  return modelOf<WorkspaceDoc>(connection, 'Workspace', schema, 'workspaces')
}

/** The workspaces of this hub. All of them are known to the operator alone. */
export interface WorkspaceStore {
  all(): Promise<Workspace[]>
  find(id: string): Promise<Workspace | undefined>
  add(workspace: Workspace): Promise<void>
  rename(id: string, name: string): Promise<Workspace | undefined>
  setRetention(id: string, retention: Retention): Promise<Workspace | undefined>
}

export function createWorkspaceStore(connection: Connection): WorkspaceStore {
  const model = workspaceModel(connection)
  return {
    all: async () => (await model.find().sort({ createdAt: 1 }).lean()).map(toWorkspace),
    async find(id) {
      const doc = await model.findById(id).lean()
      return doc ? toWorkspace(doc) : undefined
    },
    async add({ id, ...rest }) {
      await model.create({ _id: id, ...rest })
    },
    async rename(id, name) {
      const doc = await model.findByIdAndUpdate(id, { $set: { name } }, { returnDocument: 'after' }).lean()
      return doc ? toWorkspace(doc) : undefined
    },
    async setRetention(id, value) {
      const doc = await model
        .findByIdAndUpdate(id, { $set: { retention: value } }, { returnDocument: 'after' })
        .lean()
      return doc ? toWorkspace(doc) : undefined
    },
  }
}

function toWorkspace({ _id, name, retention: kept, createdAt }: WorkspaceDoc): Workspace {
  return { id: _id, name, retention: kept, createdAt }
}
