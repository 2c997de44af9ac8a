import { createHash, randomBytes } from 'node:crypto'
import { Schema } from 'mongoose'
import type { Connection as Database, Model } from 'mongoose'
import { modelOf } from '../platform/model.ts'
import type { Role } from './role.ts'

/** A link that lets one person in, or back in: good for one use, until it expires or is revoked. */
export interface Invitation {
  id: string
  workspaceId: string
  /** Whom it is for: nobody else becomes a member by it. */
  email: string
  role: Role
  /** The member who forgot their password and chooses a new one by it; they keep their role. */
  resetsUserId?: string
  /** The id of the caller who made it. */
  invitedBy: string
  createdAt: Date
  expiresAt: Date
}

/** Named after the digest of the link's secret, which is shown once and stored nowhere. */
interface InvitationDoc extends Invitation {
  _id: string
  /** Who is using it: the same person may come again should the process end half-way, nobody else can. */
  takenBy?: string
}

const schema = new Schema<InvitationDoc>(
  {
    _id: String,
    id: String,
    workspaceId: String,
    email: String,
    role: String,
    resetsUserId: String,
    invitedBy: String,
    createdAt: Date,
    expiresAt: Date,
    takenBy: String,
  },
  { versionKey: false, strict: 'throw', id: false },
)
  .index({ workspaceId: 1, createdAt: -1 })
  .index({ email: 1 })
  .index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export function invitationModel(database: Database): Model<InvitationDoc> {
  return modelOf<InvitationDoc>(database, 'Invitation', schema, 'invitations')
}

/** 32 random bytes, for the part of the link behind the #. */
export function newInvitationToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The open invitations of one workspace. */
export interface InvitationStore {
  /** Newest first. */
  all(now: Date): Promise<Invitation[]>
  /** An earlier one for the same person ends; of several that are made at once the newest stays. */
  add(invitation: Invitation, token: string): Promise<void>
  find(id: string): Promise<Invitation | undefined>
  findMany(ids: readonly string[]): Promise<Invitation[]>
  remove(id: string): Promise<boolean>
  removeFor(email: string): Promise<void>
  /** All that these callers have made. */
  removeMadeBy(ids: readonly string[]): Promise<void>
}

export function createInvitationStore(database: Database, workspaceId: string): InvitationStore {
  const model = invitationModel(database)
  const removeFor = async (email: string) => void (await model.deleteMany({ workspaceId, email }))
  return {
    async all(now) {
      const docs = await model
        .find({ workspaceId, expiresAt: { $gt: now } })
        .sort({ createdAt: -1 })
        .lean()
      return docs.map(toInvitation)
    },
    async add(invitation, token) {
      const { email } = invitation
      await model.create({ _id: digest(token), ...invitation, workspaceId })
      const newest = await model.findOne({ workspaceId, email }).sort({ id: -1 }).lean()
      await model.deleteMany({ workspaceId, email, id: { $lt: newest?.id ?? invitation.id } })
    },
    async find(id) {
      const doc = await model.findOne({ workspaceId, id }).lean()
      return doc ? toInvitation(doc) : undefined
    },
    async findMany(ids) {
      return (await model.find({ workspaceId, id: { $in: [...ids] } }).lean()).map(toInvitation)
    },
    async remove(id) {
      const { deletedCount } = await model.deleteOne({ workspaceId, id })
      return deletedCount === 1
    },
    removeFor,
    async removeMadeBy(ids) {
      await model.deleteMany({ workspaceId, invitedBy: { $in: [...ids] } })
    },
  }
}

/** Invitations as those have them who are invited, wherever to. */
export interface InvitationDirectory {
  findByToken(token: string, now: Date): Promise<Invitation | undefined>
  /** All that are for this person, but for links to choose a new password. */
  openFor(email: string, now: Date): Promise<Invitation[]>
  /** True for the first person, and for the same one again, while it is open. */
  take(invitation: Pick<Invitation, 'id' | 'workspaceId'>, userId: string, now: Date): Promise<boolean>
}

export function createInvitationDirectory(database: Database): InvitationDirectory {
  const model = invitationModel(database)
  return {
    async findByToken(token, now) {
      const doc = await model.findOne({ _id: digest(token), expiresAt: { $gt: now } }).lean()
      return doc ? toInvitation(doc) : undefined
    },
    async openFor(email, now) {
      const docs = await model
        .find({ email, expiresAt: { $gt: now }, resetsUserId: { $exists: false } })
        .lean()
      return docs.map(toInvitation)
    },
    async take({ id, workspaceId }, userId, now) {
      const { matchedCount } = await model.updateOne(
        {
          workspaceId,
          id,
          expiresAt: { $gt: now },
          $or: [{ takenBy: { $exists: false } }, { takenBy: userId }],
        },
        { $set: { takenBy: userId } },
      )
      return matchedCount === 1
    },
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function toInvitation({ _id: _digest, takenBy: _takenBy, ...invitation }: InvitationDoc): Invitation {
  return invitation
}
