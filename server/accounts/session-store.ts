import { createHash, randomBytes } from 'node:crypto'
import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'

/** Somebody who has signed in, at one browser. */
export interface Session {
  id: string
  userId: string
  /** The workspace that they look at; absent while they belong to none. */
  workspaceId?: string
  startedAt: Date
  lastSeenAt: Date
  /** When it ends if nothing more is heard of it. */
  endsAt: Date
  /** Where it was last seen. */
  address: string
  userAgent: string
}

/** Named after the digest of its token: who reads the database cannot sign in with what stands there. */
interface SessionDoc extends Session {
  _id: string
}

const schema = new Schema<SessionDoc>(
  {
    _id: String,
    id: String,
    userId: String,
    workspaceId: String,
    startedAt: Date,
    lastSeenAt: Date,
    endsAt: Date,
    address: String,
    userAgent: String,
  },
  { versionKey: false, strict: 'throw', id: false },
)
  .index({ userId: 1 })
  .index({ endsAt: 1 }, { expireAfterSeconds: 0 })

export function sessionModel(database: Database): Model<SessionDoc> {
  return modelOf<SessionDoc>(database, 'Session', schema, 'sessions')
}

/** 32 random bytes: what a browser keeps in its cookie. */
export function newSessionToken(): string {
  return randomBytes(32).toString('base64url')
}

export interface SessionStore {
  add(session: Session, token: string): Promise<void>
  /** The session of this token, while it lasts. */
  findByToken(token: string, now: Date): Promise<Session | undefined>
  ofUser(userId: string, now: Date): Promise<Session[]>
  /** Notes that it is in use. */
  touch(
    id: string,
    seen: Pick<Session, 'userId' | 'lastSeenAt' | 'endsAt' | 'address' | 'userAgent'>,
  ): Promise<void>
  setWorkspace(session: Pick<Session, 'id' | 'userId'>, workspaceId: string): Promise<void>
  /** False where this person has no such session. */
  remove(session: Pick<Session, 'id' | 'userId'>): Promise<boolean>
  /** Ends all sessions of a person but, where named, one. */
  removeAll(userId: string, exceptId?: string): Promise<number>
}

export function createSessionStore(database: Database): SessionStore {
  const model = sessionModel(database)
  return {
    async add(session, token) {
      await model.create({ _id: digest(token), ...session })
    },
    async findByToken(token, now) {
      const doc = await model.findOne({ _id: digest(token), endsAt: { $gt: now } }).lean()
      return doc ? toSession(doc) : undefined
    },
    async ofUser(userId, now) {
      const docs = await model
        .find({ userId, endsAt: { $gt: now } })
        .sort({ lastSeenAt: -1 })
        .lean()
      return docs.map(toSession)
    },
    async touch(id, { userId, ...seen }) {
      await model.updateOne({ userId, id }, { $set: seen })
    },
    async setWorkspace({ id, userId }, workspaceId) {
      await model.updateOne({ userId, id }, { $set: { workspaceId } })
    },
    async remove({ id, userId }) {
      const { deletedCount } = await model.deleteOne({ userId, id })
      return deletedCount === 1
    },
    async removeAll(userId, exceptId) {
      const { deletedCount } = await model.deleteMany({
        userId,
        ...(exceptId === undefined ? {} : { id: { $ne: exceptId } }),
      })
      return deletedCount
    },
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function toSession({ _id: _digest, ...session }: SessionDoc): Session {
  return session
}
