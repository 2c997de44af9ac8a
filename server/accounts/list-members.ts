import type { WorkspaceDeps } from '../deps.ts'
import { MemberNotFound } from './account-errors.ts'
import type { Member } from './member-store.ts'
import type { User } from './user-store.ts'

/** A member with who they are. */
export interface KnownMember extends Member {
  user: User
}

type Deps = Pick<WorkspaceDeps, 'accounts' | 'members'>

/** The members of a workspace, in the order in which they joined. */
export async function listMembers({ accounts, members }: Deps): Promise<KnownMember[]> {
  const all = await members.all()
  const users = new Map(
    (await accounts.users.findMany(all.map(({ userId }) => userId))).map((user) => [user.id, user]),
  )
  return all.flatMap((member) => {
    const user = users.get(member.userId)
    return user ? [{ ...member, user }] : []
  })
}

export async function findMember({ accounts, members }: Deps, userId: string): Promise<KnownMember> {
  const [member, user] = await Promise.all([members.find(userId), accounts.users.find(userId)])
  if (!member || !user) throw new MemberNotFound(userId)
  return { ...member, user }
}
