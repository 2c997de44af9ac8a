import type { WorkspaceDeps } from '../deps.ts'
import { MemberNotFound, OwnsTooLittle } from './account-errors.ts'
import { newInvitationToken } from './invitation-store.ts'
import type { Invitation } from './invitation-store.ts'
import { invitationUrl } from './invite-member.ts'
import type { CreatedInvitation } from './invite-member.ts'
import { ownsAllOf } from './owns-all-of.ts'

/** Whoever forgot it is waiting for it. */
const LINK_MS = 86_400_000

/**
 * Makes a link by which a member who forgot their password chooses a new one. A password opens every workspace of its
 * person, so it takes an owner of all of them, or the operator.
 */
export async function createPasswordLink(
  deps: Pick<
    WorkspaceDeps,
    'hub' | 'accounts' | 'invitations' | 'members' | 'workspaceId' | 'publicUrl' | 'newId' | 'now'
  >,
  invitedBy: string,
  userId: string,
): Promise<CreatedInvitation> {
  const [member, user] = await Promise.all([deps.members.find(userId), deps.accounts.users.find(userId)])
  if (!member || !user) throw new MemberNotFound(userId)
  if (!(await ownsAllOf(deps.hub, invitedBy, userId))) throw new OwnsTooLittle()
  const createdAt = deps.now()
  const invitation: Invitation = {
    id: deps.newId('inv'),
    workspaceId: deps.workspaceId,
    email: user.email,
    role: member.role,
    resetsUserId: userId,
    invitedBy,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + LINK_MS),
  }
  const token = newInvitationToken()
  await deps.invitations.add(invitation, token)
  return { id: invitation.id, invitation, url: invitationUrl(deps, token) }
}
