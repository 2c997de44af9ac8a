import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import type { Reason } from '../errors.ts'
import { olderThan } from '../platform/keyset.ts'
import type { Cursor } from '../platform/keyset.ts'
import { modelOf } from '../platform/model.ts'
import type { Grant } from './grant.ts'

/** Your account at a vendor. Credentials are sealed; only the pipeline opens them. */
export interface Connection {
  id: string
  workspaceId: string
  connectorId: string
  name: string
  /** `paused`: receipts are still taken and understood, deliveries wait. */
  state: 'on' | 'paused'
  pausedBecause?: Reason
  /** The sealed JSON of the connector's credential fields. */
  credentials: string
  /** Sealed credentials that still verify hooks while a secret is being rotated. */
  retiredCredentials: { credentials: string; until: Date }[]
  /** SHA-256 of the hook key, by which a request finds its connection. */
  hookKeyHash: string
  /** The sealed hook key, so that owner and ops can copy the address again. */
  hookKey: string
  /** Former addresses that still work for a while. */
  retiredHookKeys: { hash: string; until: Date }[]
  /** What the vendor granted, where it gives access tokens. */
  grant?: Grant
  /** Who is renewing the tokens, and until when nobody else begins. */
  grantLease?: { by: string; until: Date }
  /** Overrides the vendor's API address (region, proxy, stand-in). */
  apiUrl?: string
  /** Overrides the connector's own limits. */
  limits?: { requests?: number; perMs?: number; concurrency?: number }
  createdAt: Date
  updatedAt: Date
}

export interface ConnectionDoc extends Omit<Connection, 'id'> {
  _id: string
}

const plain = { _id: false, strict: 'throw' } as const

const schema = new Schema<ConnectionDoc>(
  {
    _id: String,
    workspaceId: String,
    connectorId: String,
    name: String,
    state: String,
    pausedBecause: { type: Schema.Types.Mixed },
    credentials: String,
    retiredCredentials: [new Schema({ credentials: String, until: Date }, plain)],
    hookKeyHash: String,
    hookKey: String,
    retiredHookKeys: [new Schema({ hash: String, until: Date }, plain)],
    grant: new Schema(
      {
        revision: String,
        source: String,
        tokens: String,
        expiresAt: Date,
        renewable: Boolean,
        scopes: [String],
        account: String,
        signedInAt: Date,
        refreshedAt: Date,
        toWake: Boolean,
        lost: new Schema({ at: Date, reason: Schema.Types.Mixed }, plain),
      },
      plain,
    ),
    grantLease: new Schema({ by: String, until: Date }, plain),
    apiUrl: String,
    limits: new Schema({ requests: Number, perMs: Number, concurrency: Number }, plain),
    createdAt: Date,
    updatedAt: Date,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ workspaceId: 1, createdAt: -1 })
  .index({ hookKeyHash: 1 }, { unique: true })
  .index({ 'retiredHookKeys.hash': 1 })

export function connectionModel(database: Database): Model<ConnectionDoc> {
  return modelOf<ConnectionDoc>(database, 'Connection', schema, 'connections')
}

/** The connections of one workspace. */
export interface ConnectionStore {
  find(id: string): Promise<Connection | undefined>
  findMany(ids: readonly string[]): Promise<Connection[]>
  page(after: Cursor | undefined, limit: number): Promise<Connection[]>
  count(limit: number): Promise<number>
  add(connection: Connection): Promise<void>
  /** Undefined where there is none, or where something else than `only` stands there by now. */
  change(
    id: string,
    change: Partial<Omit<Connection, 'id' | 'workspaceId'>>,
    only?: {
      /** One of these. */
      names?: readonly string[] | undefined
      credentials?: string
      hookKeyHash?: string
    },
  ): Promise<Connection | undefined>
  remove(id: string): Promise<boolean>
}

export function createConnectionStore(database: Database, workspaceId: string): ConnectionStore {
  const model = connectionModel(database)
  return {
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toConnection(doc) : undefined
    },
    findMany: async (ids) =>
      (await model.find({ _id: { $in: [...ids] }, workspaceId }).lean()).map(toConnection),
    async page(after, limit) {
      const docs = await model
        .find({ workspaceId, ...olderThan('createdAt', after) })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .lean()
      return docs.map(toConnection)
    },
    count: (limit) => model.countDocuments({ workspaceId }).limit(limit),
    async add({ id, ...rest }) {
      await model.create({ _id: id, ...rest, workspaceId })
    },
    async change(id, change, { names, ...only } = {}) {
      const unset = Object.fromEntries(
        Object.entries(change).flatMap(([field, value]) => (value === undefined ? [[field, 1]] : [])),
      )
      const doc = await model
        .findOneAndUpdate(
          { _id: id, workspaceId, ...only, ...(names ? { name: { $in: [...names] } } : {}) },
          { $set: change, $unset: unset },
          { returnDocument: 'after' },
        )
        .lean()
      return doc ? toConnection(doc) : undefined
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
  }
}

export function toConnection({ _id, ...rest }: ConnectionDoc): Connection {
  return { id: _id, ...rest }
}
