import type { WorkspaceDeps } from '../deps.ts'
import { LastOwner, MemberNotFound } from './account-errors.ts'

/**
 * Ends somebody's membership at once, and with it the tokens and the links that they have made and the invitations that
 * would bring them back.
 */
export async function removeMember(
  {
    accounts,
    members,
    invitations,
    tokens,
  }: Pick<WorkspaceDeps, 'accounts' | 'members' | 'invitations' | 'tokens'>,
  userId: string,
): Promise<{ id: string }> {
  const outcome = await members.remove(userId)
  if (outcome === 'not_a_member') throw new MemberNotFound(userId)
  if (outcome === 'last_owner') throw new LastOwner()
  // Nothing of theirs opens anything any more, since each is looked at together with its maker; here it leaves the lists.
  await invitations.removeMadeBy([userId, ...(await tokens.boundTo(userId))])
  await tokens.removeBoundTo(userId)
  const user = await accounts.users.find(userId)
  if (user) await invitations.removeFor(user.email)
  return { id: userId }
}
