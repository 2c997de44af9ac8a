import type { WorkspaceDeps } from '../deps.ts'
import { MemberNotFound, OwnsTooLittle } from './account-errors.ts'
import { newInvitationToken } from './invitation-store.ts'
import type { Invitation } from './invitation-store.ts'
import { invitationUrl } from './invite-member.ts'
import type { CreatedInvitation } from './invite-member.ts'
import type { Caller } from './role.ts'

/** Whoever forgot it is waiting for it. */
const LINK_MS = 86_400_000

/**
 * Makes a link by which a member who forgot their password chooses a new one. A password opens every workspace of its
 * person, so it takes an owner of all of them, or the operator.
 */
export async function createPasswordLink(
  deps: Pick<
    WorkspaceDeps,
    'accounts' | 'invitations' | 'members' | 'workspaceId' | 'publicUrl' | 'newId' | 'now'
  >,
  caller: Caller | undefined,
  userId: string,
): Promise<CreatedInvitation> {
  const [member, user] = await Promise.all([deps.members.find(userId), deps.accounts.users.find(userId)])
  if (!member || !user) throw new MemberNotFound(userId)
  if (!(await ownsAllOf(deps, caller, userId))) throw new OwnsTooLittle()
  const createdAt = deps.now()
  const invitation: Invitation = {
    id: deps.newId('inv'),
    workspaceId: deps.workspaceId,
    email: user.email,
    role: member.role,
    resetsUserId: userId,
    invitedBy: caller?.id ?? '',
    createdAt,
    expiresAt: new Date(createdAt.getTime() + LINK_MS),
  }
  const token = newInvitationToken()
  await deps.invitations.add(invitation, token)
  return { id: invitation.id, invitation, url: invitationUrl(deps, token) }
}

async function ownsAllOf(
  { accounts, workspaceId }: Pick<WorkspaceDeps, 'accounts' | 'workspaceId'>,
  caller: Caller | undefined,
  userId: string,
): Promise<boolean> {
  if (caller?.kind === 'operator') return true
  const theirs = (await accounts.memberships.of(userId)).map((each) => each.workspaceId)
  // Authorisation has seen to it that the caller owns the workspace of this request.
  const others = theirs.filter((id) => id !== workspaceId)
  if (others.length === 0) return true
  if (caller?.kind !== 'user') return false
  const own = await accounts.memberships.of(caller.id)
  return others.every((id) => own.some((each) => each.workspaceId === id && each.role === 'owner'))
}
