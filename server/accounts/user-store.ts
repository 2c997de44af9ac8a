import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { modelOf } from '../platform/model.ts'

/** A person who signs in. What they may do is said by their memberships. */
export interface User {
  id: string
  /** In lower case; unique on the hub. */
  email: string
  name: string
  createdAt: Date
}

interface UserDoc extends Omit<User, 'id'> {
  _id: string
  /** Absent for who signs in elsewhere only. */
  passwordHash?: string
  /** Issuer and subject, for who signs in elsewhere. */
  identity?: string
}

const schema = new Schema<UserDoc>(
  { _id: String, email: String, name: String, passwordHash: String, identity: String, createdAt: Date },
  { versionKey: false, strict: 'throw' },
)
  .index({ email: 1 }, { unique: true })
  .index({ identity: 1 }, { unique: true, partialFilterExpression: { identity: { $exists: true } } })

export function userModel(database: Database): Model<UserDoc> {
  return modelOf<UserDoc>(database, 'User', schema, 'users')
}

/** Who somebody is at an identity provider. */
export interface ForeignIdentity {
  issuer: string
  subject: string
}

/** The people of this hub, whatever their workspaces. */
export interface UserStore {
  find(id: string): Promise<User | undefined>
  findMany(ids: readonly string[]): Promise<User[]>
  /** With the hash of their password, which goes nowhere but into the check of one. */
  findByEmail(email: string): Promise<{ user: User; passwordHash: string | undefined } | undefined>
  findByIdentity(identity: ForeignIdentity): Promise<User | undefined>
  /** False where the address or the identity belongs to somebody already. */
  add(user: User, by: { passwordHash?: string; identity?: ForeignIdentity }): Promise<boolean>
  /**
   * They sign in elsewhere from now on, and their password is no more. False where they have another identity already,
   * or somebody else has this one.
   */
  linkIdentity(id: string, identity: ForeignIdentity): Promise<boolean>
  setName(id: string, name: string): Promise<User | undefined>
  /** With `former`, only while that one is theirs; false where it is not any more. */
  setPassword(id: string, passwordHash: string, former?: string): Promise<boolean>
}

export function createUserStore(database: Database): UserStore {
  const model = userModel(database)
  return {
    async find(id) {
      const doc = await model.findById(id).lean()
      return doc ? toUser(doc) : undefined
    },
    findMany: async (ids) => (await model.find({ _id: { $in: [...ids] } }).lean()).map(toUser),
    async findByEmail(email) {
      const doc = await model.findOne({ email }).lean()
      return doc ? { user: toUser(doc), passwordHash: doc.passwordHash } : undefined
    },
    async findByIdentity(identity) {
      const doc = await model.findOne({ identity: named(identity) }).lean()
      return doc ? toUser(doc) : undefined
    },
    add: ({ id, ...rest }, { passwordHash, identity }) =>
      unlessTaken(async () => {
        await model.create({
          _id: id,
          ...rest,
          ...(passwordHash ? { passwordHash } : {}),
          ...(identity ? { identity: named(identity) } : {}),
        })
        return true
      }),
    linkIdentity: (id, identity) =>
      unlessTaken(async () => {
        const name = named(identity)
        const { matchedCount } = await model.updateOne(
          { _id: id, $or: [{ identity: { $exists: false } }, { identity: name }] },
          { $set: { identity: name }, $unset: { passwordHash: 1 } },
        )
        return matchedCount === 1
      }),
    async setName(id, name) {
      const doc = await model.findByIdAndUpdate(id, { $set: { name } }, { returnDocument: 'after' }).lean()
      return doc ? toUser(doc) : undefined
    },
    async setPassword(id, passwordHash, former) {
      const theirs = former === undefined ? {} : { passwordHash: former }
      const { matchedCount } = await model.updateOne({ _id: id, ...theirs }, { $set: { passwordHash } })
      return matchedCount === 1
    },
  }
}

async function unlessTaken(write: () => Promise<boolean>): Promise<boolean> {
  try {
    return await write()
  } catch (err) {
    if (isDuplicate(err)) return false
    throw err
  }
}

/** An issuer is an address, which holds no space. */
function named({ issuer, subject }: ForeignIdentity): string {
  return `${issuer} ${subject}`
}

function toUser({ _id, email, name, createdAt }: UserDoc): User {
  return { id: _id, email, name, createdAt }
}
