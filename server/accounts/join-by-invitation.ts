import type { HubDeps } from '../deps.ts'
import { InvitationUnusable } from './account-errors.ts'
import type { Invitation } from './invitation-store.ts'
import type { User } from './user-store.ts'

/**
 * Makes the person a member and uses the invitation up. Taken first and removed last, so that a process that ends in
 * between leaves a link that still works, for the same person. Throws `InvitationUnusable` where somebody was faster.
 */
export async function joinByInvitation(
  { accounts, storesOf, now }: Pick<HubDeps, 'accounts' | 'storesOf' | 'now'>,
  invitation: Invitation,
  user: User,
): Promise<void> {
  if (!(await accounts.invitations.take(invitation, user.id, now()))) throw new InvitationUnusable()
  const { invitations, members } = storesOf(invitation.workspaceId)
  // Who chooses a new password is a member already; who was removed meanwhile does not come back by it.
  if (!invitation.resetsUserId) {
    await members.add({ userId: user.id, role: invitation.role, since: now() })
  }
  await invitations.remove(invitation.id)
}
