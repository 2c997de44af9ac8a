import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import type { MappingFields } from '../../mappings/mapping.ts'
import { addVersion } from '../platform/add-version.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'

/** How an action's input is made. Every saved state is a version of its own that never changes. */
export interface Mapping {
  id: string
  workspaceId: string
  name: string
  connectorId: string
  actionId: string
  version: number
  fields: MappingFields
  /** What somebody has changed and nothing is made by yet. */
  draft?: MappingDraft
  /** Raised whenever the draft is saved or dropped, so that two people who change it at once both hear of it. */
  draftRevision: number
  createdAt: Date
  updatedAt: Date
}

/** A mapping as it is being changed; its formulas need not be readable yet. */
export interface MappingDraft {
  fields: MappingFields
  /** The version that the change is made to. */
  version: number
  savedAt: Date
  savedBy: string
}

/** One saved state of a mapping. */
export interface MappingVersion {
  mappingId: string
  version: number
  fields: MappingFields
  savedAt: Date
  savedBy: string
}

interface MappingDoc extends Omit<Mapping, 'id' | 'fields' | 'draft' | 'draftRevision'> {
  _id: string
  /** JSON text: the target fields' names are the vendor's. */
  fields: string
  draft?: Omit<MappingDraft, 'fields'> & { fields: string }
  /** Absent until there has been a draft. */
  draftRevision?: number
}

interface MappingVersionDoc extends Omit<MappingVersion, 'fields'> {
  _id: string
  workspaceId: string
  fields: string
}

const schema = new Schema<MappingDoc>(
  {
    _id: String,
    workspaceId: String,
    name: String,
    connectorId: String,
    actionId: String,
    version: Number,
    fields: String,
    draft: new Schema(
      { fields: String, version: Number, savedAt: Date, savedBy: String },
      { _id: false, strict: 'throw' },
    ),
    draftRevision: Number,
    createdAt: Date,
    updatedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
).index({ workspaceId: 1, updatedAt: -1 })

const VERSIONS = 'mapping_versions'
const versionSchema = new Schema<MappingVersionDoc>(
  {
    _id: String,
    workspaceId: String,
    mappingId: String,
    version: Number,
    fields: String,
    savedAt: Date,
    savedBy: String,
  },
  { versionKey: false, strict: 'throw' },
).index({ mappingId: 1, version: -1 })

export function mappingModel(database: Database): Model<MappingDoc> {
  return modelOf<MappingDoc>(database, 'Mapping', schema, 'mappings')
}

export function mappingVersionModel(database: Database): Model<MappingVersionDoc> {
  return modelOf<MappingVersionDoc>(database, 'MappingVersion', versionSchema, VERSIONS)
}

/** The mappings of one workspace. */
export interface MappingStore {
  find(id: string): Promise<Mapping | undefined>
  findMany(ids: readonly string[]): Promise<Mapping[]>
  /** Those for some actions, or all. */
  madeFor(what: Partial<Pick<Mapping, 'connectorId' | 'actionId'>>): {
    page(after: Cursor | undefined, limit: number): Promise<Mapping[]>
    count(limit: number): Promise<number>
  }
  versions(mappingId: string): Promise<MappingVersion[]>
  version(mappingId: string, version: number): Promise<MappingVersion | undefined>
  /**
   * Saves a new version under its number or, where that is taken, the next free one, and gives the number; nothing when
   * somebody else saved one meanwhile. A draft stays as it is.
   */
  save(mapping: Omit<Mapping, 'draft' | 'draftRevision'>, savedBy: string): Promise<number | undefined>
  /** Puts a draft in the place of the one that is at `revision`, or none; nothing where it is at another one. */
  changeDraft(id: string, draft: MappingDraft | undefined, revision: number): Promise<Mapping | undefined>
  remove(id: string): Promise<boolean>
}

export function createMappingStore(database: Database, workspaceId: string): MappingStore {
  const model = mappingModel(database)
  const versions = mappingVersionModel(database)
  return {
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toMapping(doc) : undefined
    },
    findMany: async (ids) =>
      (await model.find({ _id: { $in: [...ids] }, workspaceId }).lean()).map(toMapping),
    madeFor: (what) => ({
      async page(after, limit) {
        const docs = await model
          .find({ workspaceId, ...what, ...olderThan('updatedAt', after) })
          .sort({ updatedAt: -1, _id: -1 })
          .limit(limit)
          .lean()
        return docs.map(toMapping)
      },
      count: (limit) => model.countDocuments({ workspaceId, ...what }).limit(limit),
    }),
    versions: async (mappingId) =>
      (await versions.find({ mappingId, workspaceId }).sort({ version: -1 }).lean()).map(toVersion),
    async version(mappingId, version) {
      const doc = await versions.findOne({ _id: `${mappingId}:${version}`, workspaceId }).lean()
      return doc ? toVersion(doc) : undefined
    },
    async save({ id, name, connectorId, actionId, fields, version: first, createdAt, updatedAt }, savedBy) {
      const text = JSON.stringify(fields)
      // The version first: a mapping never points at a version that does not exist.
      const made = database.collection<MappingVersionDoc>(VERSIONS)
      const version = await addVersion(made, first, (free) => ({
        _id: `${id}:${free}`,
        workspaceId,
        mappingId: id,
        version: free,
        fields: text,
        savedAt: updatedAt,
        savedBy,
      }))
      const state = { name, connectorId, actionId, fields: text, version, createdAt, updatedAt }
      if (first === 1) {
        await model.create({ _id: id, workspaceId, ...state })
        return version
      }
      const { matchedCount } = await model.updateOne(
        { _id: id, workspaceId, version: first - 1 },
        { $set: state },
      )
      if (matchedCount === 0) {
        await versions.deleteOne({ _id: `${id}:${version}`, workspaceId })
        return undefined
      }
      // Those passed over were never used and, now that the mapping has moved on, never will be.
      const passed = { $gte: first, $lt: version }
      if (version > first) await versions.deleteMany({ mappingId: id, workspaceId, version: passed })
      return version
    },
    async changeDraft(id, draft, revision) {
      const change = draft
        ? { $set: { draft: { ...draft, fields: JSON.stringify(draft.fields) } } }
        : { $unset: { draft: 1 } }
      const doc = await model
        .findOneAndUpdate(
          { _id: id, workspaceId, draftRevision: revision === 0 ? { $in: [0, null] } : revision },
          { ...change, $inc: { draftRevision: 1 } },
          { returnDocument: 'after' },
        )
        .lean()
      return doc ? toMapping(doc) : undefined
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
  }
}

function toMapping({ _id, fields, draft, draftRevision = 0, ...rest }: MappingDoc): Mapping {
  return {
    id: _id,
    ...rest,
    fields: JSON.parse(fields),
    draftRevision,
    ...(draft ? { draft: { ...draft, fields: JSON.parse(draft.fields) } } : {}),
  }
}

function toVersion({ fields, mappingId, version, savedAt, savedBy }: MappingVersionDoc): MappingVersion {
  return { mappingId, version, savedAt, savedBy, fields: JSON.parse(fields) }
}
