import { Schema } from 'mongoose'
import type { Connection as Database, Model, QueryFilter } from 'mongoose'
import { isDuplicate } from '../platform/is-duplicate.ts'
import { modelOf } from '../platform/model.ts'
import type { Role } from './role.ts'

/** Somebody's place in a workspace. */
export interface Member {
  userId: string
  role: Role
  since: Date
}

/** The same, seen from the person. */
export interface Membership {
  workspaceId: string
  role: Role
}

/** All members of a workspace are one document: that one owner is left can then be said in the condition of a write. */
interface MembersDoc {
  /** The workspace. */
  _id: string
  members: Member[]
}

const member = new Schema<Member>({ userId: String, role: String, since: Date }, { _id: false })

const schema = new Schema<MembersDoc>(
  { _id: String, members: [member] },
  { versionKey: false, strict: 'throw' },
).index({ 'members.userId': 1 })

export function memberModel(database: Database): Model<MembersDoc> {
  return modelOf<MembersDoc>(database, 'Members', schema, 'members')
}

/** The members of one workspace. */
export interface MemberStore {
  /** In the order in which they joined. */
  all(): Promise<Member[]>
  find(userId: string): Promise<Member | undefined>
  /** Changes nothing for who is a member already. */
  add(member: Member): Promise<void>
  /** Changes nothing where no owner would be left, whoever else is changing something at the same moment. */
  setRole(userId: string, role: Role): Promise<'changed' | 'not_a_member' | 'last_owner'>
  remove(userId: string): Promise<'changed' | 'not_a_member' | 'last_owner'>
}

export function createMemberStore(database: Database, workspaceId: string): MemberStore {
  const model = memberModel(database)
  const all = async () => (await model.findById(workspaceId).lean())?.members ?? []
  const find = async (userId: string) => (await all()).find((each) => each.userId === userId)

  async function outcome(userId: string, { matchedCount }: { matchedCount: number }) {
    if (matchedCount === 1) return 'changed' as const
    return (await find(userId)) ? ('last_owner' as const) : ('not_a_member' as const)
  }

  return {
    all,
    find,
    async add(joining) {
      try {
        await model.updateOne(
          { _id: workspaceId, 'members.userId': { $ne: joining.userId } },
          { $push: { members: joining } },
          { upsert: true },
        )
      } catch (err) {
        // A document that the condition passes over because they are in it, or that another process made just now.
        if (!isDuplicate(err)) throw err
        await model.updateOne(
          { _id: workspaceId, 'members.userId': { $ne: joining.userId } },
          { $push: { members: joining } },
        )
      }
    },
    async setRole(userId, role) {
      const condition = role === 'owner' ? isMember(userId) : mayLeave(userId)
      const written = await model.updateOne(
        { _id: workspaceId, ...condition },
        { $set: { 'members.$[one].role': role } },
        { arrayFilters: [{ 'one.userId': userId }] },
      )
      return outcome(userId, written)
    },
    async remove(userId) {
      const written = await model.updateOne(
        { _id: workspaceId, ...mayLeave(userId) },
        { $pull: { members: { userId } } },
      )
      return outcome(userId, written)
    },
  }
}

function isMember(userId: string): QueryFilter<MembersDoc> {
  return { members: { $elemMatch: { userId } } }
}

/** They are a member, and no owner or not the only one. */
function mayLeave(userId: string): QueryFilter<MembersDoc> {
  return {
    $or: [
      { members: { $elemMatch: { userId, role: { $ne: 'owner' } } } },
      {
        $and: [isMember(userId), { members: { $elemMatch: { userId: { $ne: userId }, role: 'owner' } } }],
      },
    ],
  }
}

/** Who belongs where, over all workspaces. */
export interface MemberDirectory {
  /** The workspaces of one person. */
  of(userId: string): Promise<Membership[]>
  /** Whether anybody at all owns a workspace: before that, the hub waits to be set up. */
  hasOwner(): Promise<boolean>
}

export function createMemberDirectory(database: Database): MemberDirectory {
  const model = memberModel(database)
  return {
    async of(userId) {
      const docs = await model.find({ 'members.userId': userId }).sort({ _id: 1 }).lean()
      return docs.flatMap(({ _id, members }) =>
        members.filter((each) => each.userId === userId).map(({ role }) => ({ workspaceId: _id, role })),
      )
    },
    hasOwner: async () => (await model.exists({ 'members.role': 'owner' })) !== null,
  }
}
