import type { WorkspaceDeps } from '../deps.ts'
import { LastOwner, MemberNotFound } from './account-errors.ts'
import { findMember } from './list-members.ts'
import type { KnownMember } from './list-members.ts'
import type { Role } from './role.ts'

/** Holds from the member's next request on, and for the tokens that they have made. */
export async function changeMemberRole(
  deps: Pick<WorkspaceDeps, 'accounts' | 'members'>,
  userId: string,
  role: Role,
): Promise<KnownMember> {
  const outcome = await deps.members.setRole(userId, role)
  if (outcome === 'not_a_member') throw new MemberNotFound(userId)
  if (outcome === 'last_owner') throw new LastOwner()
  return findMember(deps, userId)
}
