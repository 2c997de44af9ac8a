import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import type { Flow, FlowVersion } from './flow.ts'
import { addVersion } from '../platform/add-version.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

export interface FlowDoc extends Omit<Flow, 'id' | 'draft'> {
  _id: string
  /** JSON text: conditions name the user's own fields. */
  draft: string
}

export interface FlowVersionDoc extends Omit<FlowVersion, 'definition'> {
  _id: string
  definition: string
}

const schema = new Schema<FlowDoc>(
  {
    _id: String,
    workspaceId: String,
    name: String,
    state: String,
    pausedAt: Date,
    draft: String,
    draftRevision: Number,
    publishedVersion: Number,
    latestVersion: Number,
    createdAt: Date,
    updatedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
).index({ workspaceId: 1, updatedAt: -1 })

const VERSIONS = 'flow_versions'
const versionSchema = new Schema<FlowVersionDoc>(
  {
    _id: String,
    flowId: String,
    workspaceId: String,
    version: Number,
    definition: String,
    publishedAt: Date,
    publishedBy: String,
  },
  { versionKey: false, strict: 'throw' },
).index({ flowId: 1, version: -1 })

export function flowModel(database: Database): Model<FlowDoc> {
  return modelOf<FlowDoc>(database, 'Flow', schema, 'flows')
}

export function flowVersionModel(database: Database): Model<FlowVersionDoc> {
  return modelOf<FlowVersionDoc>(database, 'FlowVersion', versionSchema, VERSIONS)
}

/** The flows of one workspace. */
export interface FlowStore {
  find(id: string): Promise<Flow | undefined>
  findMany(ids: readonly string[]): Promise<Flow[]>
  page(after: Cursor | undefined, limit: number): Promise<Flow[]>
  count(limit: number): Promise<number>
  /** Flows whose draft or published version uses this connection or mapping. */
  using(id: string): Promise<Flow[]>
  add(flow: Flow): Promise<void>
  /**
   * With `revision`, only where the draft is still at it; with `names`, only while it has one of them; with `state`,
   * only while it is in it.
   */
  change(
    id: string,
    change: Partial<Pick<Flow, 'name' | 'state' | 'pausedAt' | 'draft' | 'updatedAt'>>,
    still?: {
      revision?: number | undefined
      names?: readonly string[] | undefined
      state?: Flow['state'] | undefined
    },
  ): Promise<Flow | undefined>
  /**
   * Publishes it under its number or, where that is taken, the next free one, and gives the number; nothing when
   * somebody else published meanwhile.
   */
  publish(flow: Flow, version: FlowVersion): Promise<number | undefined>
  remove(id: string): Promise<boolean>
  versions(flowId: string): Promise<FlowVersion[]>
  /** Those of several flows, newest first. */
  versionsOf(flowIds: readonly string[]): Promise<FlowVersion[]>
  /** Every flow that has been published, at most `limit`. */
  published(limit: number): Promise<Flow[]>
  version(flowId: string, version: number): Promise<FlowVersion | undefined>
}

export function createFlowStore(database: Database, workspaceId: string): FlowStore {
  const model = flowModel(database)
  const versions = flowVersionModel(database)
  return {
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toFlow(doc) : undefined
    },
    findMany: async (ids) => (await model.find({ _id: { $in: [...ids] }, workspaceId }).lean()).map(toFlow),
    async page(after, limit) {
      const docs = await model
        .find({ workspaceId, ...olderThan('updatedAt', after) })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(limit)
        .lean()
      return docs.map(toFlow)
    },
    count: (limit) => model.countDocuments({ workspaceId }).limit(limit),
    async using(id) {
      const flows = (await model.find({ workspaceId }).lean()).map(toFlow)
      const published = await versions
        .find({ _id: { $in: flows.map((flow) => `${flow.id}:${flow.publishedVersion}`) }, workspaceId })
        .lean()
      const byFlow = new Map(published.map((doc) => [doc.flowId, doc.definition]))
      return flows.filter(
        (flow) => JSON.stringify(flow.draft).includes(id) || byFlow.get(flow.id)?.includes(id),
      )
    },
    async add({ id, draft, ...rest }) {
      await model.create({ _id: id, ...rest, workspaceId, draft: JSON.stringify(draft) })
    },
    async change(id, { draft, ...rest }, { revision, names, state } = {}) {
      const set = { ...rest, ...(draft ? { draft: JSON.stringify(draft) } : {}) }
      const update = { $set: set, ...(draft ? { $inc: { draftRevision: 1 } } : {}) }
      const still = {
        ...(revision === undefined ? {} : { draftRevision: revision }),
        ...(names ? { name: { $in: [...names] } } : {}),
        ...(state ? { state } : {}),
      }
      const doc = await model
        .findOneAndUpdate({ _id: id, workspaceId, ...still }, update, { returnDocument: 'after' })
        .lean()
      return doc ? toFlow(doc) : undefined
    },
    async publish(flow, { definition, ...given }) {
      const text = JSON.stringify(definition)
      // The version first: a flow never points at a version that does not exist.
      const made = database.collection<FlowVersionDoc>(VERSIONS)
      const version = await addVersion(made, given.version, (free) => ({
        ...given,
        _id: `${flow.id}:${free}`,
        version: free,
        definition: text,
      }))
      const { matchedCount } = await model.updateOne(
        { _id: flow.id, workspaceId, latestVersion: flow.latestVersion },
        {
          $set: {
            publishedVersion: version,
            latestVersion: version,
            state: 'on',
            updatedAt: given.publishedAt,
          },
        },
      )
      if (matchedCount === 0) {
        await versions.deleteOne({ _id: `${flow.id}:${version}`, workspaceId })
        return undefined
      }
      // Those passed over never ran and, now that the flow has moved on, never will.
      const passed = { $gt: flow.latestVersion, $lt: version }
      if (version > given.version)
        await versions.deleteMany({ flowId: flow.id, workspaceId, version: passed })
      return version
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
    versions: async (flowId) =>
      (await versions.find({ flowId, workspaceId }).sort({ version: -1 }).lean()).map(toFlowVersion),
    versionsOf: async (flowIds) =>
      (
        await versions
          .find({ flowId: { $in: [...flowIds] }, workspaceId })
          .sort({ version: -1 })
          .lean()
      ).map(toFlowVersion),
    published: async (limit) =>
      (
        await model
          .find({ workspaceId, publishedVersion: { $exists: true } })
          .sort({ updatedAt: -1 })
          .limit(limit)
          .lean()
      ).map(toFlow),
    async version(flowId, version) {
      const doc = await versions.findOne({ _id: `${flowId}:${version}`, workspaceId }).lean()
      return doc ? toFlowVersion(doc) : undefined
    },
  }
}

export function toFlow({ _id, draft, ...rest }: FlowDoc): Flow {
  return { id: _id, ...rest, draft: JSON.parse(draft) }
}

export function toFlowVersion({ _id, definition, ...rest }: FlowVersionDoc): FlowVersion {
  return { ...rest, definition: JSON.parse(definition) }
}
