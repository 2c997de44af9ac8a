import type { WorkspaceDeps } from '../deps.ts'
import { LastOwner, MemberNotFound } from './account-errors.ts'
import { findMember } from './list-members.ts'
import type { KnownMember } from './list-members.ts'
import type { Role } from './role.ts'

/**
 * Holds from the member's next request on, and for the tokens that they have made. The links that only an owner can make
 * end with their maker's being one.
 */
export async function changeMemberRole(
  deps: Pick<WorkspaceDeps, 'accounts' | 'members' | 'invitations' | 'tokens'>,
  userId: string,
  role: Role,
): Promise<KnownMember> {
  const outcome = await deps.members.setRole(userId, role)
  if (outcome === 'not_a_member') throw new MemberNotFound(userId)
  if (outcome === 'last_owner') throw new LastOwner()
  if (role !== 'owner') {
    await deps.invitations.removeMadeBy([userId, ...(await deps.tokens.boundTo(userId))])
  }
  return findMember(deps, userId)
}
