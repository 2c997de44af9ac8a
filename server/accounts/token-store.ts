import { createHash, randomBytes } from 'node:crypto'
import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import type { Role } from './role.ts'
import { modelOf } from '../platform/model.ts'

/** A key to the API for one workspace. The token itself is shown once and not kept. */
export interface ApiToken {
  id: string
  workspaceId: string
  name: string
  role: Role
  expiresAt?: Date
  createdAt: Date
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
    hash: String,
    expiresAt: Date,
    createdAt: Date,
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
  remove(id: string): Promise<boolean>
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
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ _id: id, workspaceId })
      return deletedCount === 1
    },
  }
}

/** Whose token this is, whatever the workspace; an expired one is nobody's. */
export async function findToken(database: Database, token: string, now: Date): Promise<ApiToken | undefined> {
  const doc = await tokenModel(database)
    .findOne({ hash: tokenHash(token) })
    .lean()
  if (!doc || (doc.expiresAt && doc.expiresAt <= now)) return undefined
  return toToken(doc)
}

function toToken({ _id, hash: _hash, ...rest }: TokenDoc): ApiToken {
  return { id: _id, ...rest }
}
