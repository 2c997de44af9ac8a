import { createHash, randomBytes } from 'node:crypto'
import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'
import type { Permission } from './permission.ts'
import type { Role } from './role.ts'

/** A key to the API for one workspace. The token itself is shown once and not kept. */
export interface ApiToken {
  id: string
  workspaceId: string
  name: string
  role: Role
  /** What it is limited to within its role; absent: to nothing. */
  permissions?: Permission[]
  expiresAt?: Date
  createdAt: Date
  /** To the minute. */
  lastUsedAt?: Date
  /** The id of the caller who made it; absent in tokens of earlier releases. */
  createdBy?: string
  /** The person at the beginning of the chain of makers: it goes when they leave. */
  boundTo?: string
}

interface TokenDoc extends Omit<ApiToken, 'id'> {
  _id: string
  hash: string
}

const schema = new Schema<TokenDoc>(
  {
    _id: String,
    workspaceId: String,
    name: String,
    role: String,
    // Not an empty list where there is none: that one permits nothing.
    permissions: { type: [String], default: undefined },
    hash: String,
    expiresAt: Date,
    createdAt: Date,
    lastUsedAt: Date,
    createdBy: String,
    boundTo: String,
  },
  { versionKey: false, strict: 'throw' },
)
  .index({ hash: 1 }, { unique: true })
  .index({ workspaceId: 1, createdAt: -1 })

export function tokenModel(database: Database): Model<TokenDoc> {
  return modelOf<TokenDoc>(database, 'ApiToken', schema, 'api_tokens')
}

/** 32 random bytes, recognisable by scanners for leaked secrets. */
export function newToken(): string {
  return `swy_${randomBytes(32).toString('base64url')}`
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The API tokens of one workspace. */
export interface TokenStore {
  all(): Promise<ApiToken[]>
  add(token: ApiToken, hash: string): Promise<void>
  find(id: string): Promise<ApiToken | undefined>
  findMany(ids: readonly string[]): Promise<ApiToken[]>
  remove(id: string): Promise<boolean>
  /** The ids of all whose chain of makers begins with this person. */
  boundTo(userId: string): Promise<string[]>
  removeBoundTo(userId: string): Promise<void>
}

export function createTokenStore(database: Database, workspaceId: string): TokenStore {
  const model = tokenModel(database)
  return {
    all: async () => (await model.find({ workspaceId }).sort({ createdAt: -1 }).lean()).map(toToken),
    async add({ id, ...rest }, hash) {
      await model.create({ _id: id, ...rest, workspaceId, hash })
    },
    async find(id) {
      const doc = await model.findOne({ _id: id, workspaceId }).lean()
      return doc ? toToken(doc) : undefined
    },
    async findMany(ids) {
      return (await model.find({ _id: { $in: [...ids] }, workspaceId }).lean()).map(toToken)
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
    boundTo: async (userId) =>
      (await model.find({ workspaceId, boundTo: userId }, { _id: 1 }).lean()).map(({ _id }) => _id),
    async removeBoundTo(userId) {
      await model.deleteMany({ workspaceId, boundTo: userId })
    },
  }
}

/** Tokens as they come with requests, whatever the workspace. */
export interface TokenDirectory {
  /** Whose token this is; an expired one is nobody's. */
  findBySecret(secret: string, now: Date): Promise<ApiToken | undefined>
  noteUse(id: string, at: Date): Promise<void>
}

export function createTokenDirectory(database: Database): TokenDirectory {
  const model = tokenModel(database)
  return {
    async findBySecret(secret, now) {
      const doc = await model.findOne({ hash: tokenHash(secret) }).lean()
      if (!doc || (doc.expiresAt && doc.expiresAt <= now)) return undefined
      return toToken(doc)
    },
    async noteUse(id, at) {
      await model.updateOne({ _id: id }, { $set: { lastUsedAt: at } })
    },
  }
}

function toToken({ _id, hash: _hash, ...rest }: TokenDoc): ApiToken {
  return { id: _id, ...rest }
}
