import type { WorkspaceDeps } from '../deps.ts'
import { AlreadyMember } from './account-errors.ts'
import { newInvitationToken } from './invitation-store.ts'
import type { Invitation } from './invitation-store.ts'
import { parseEmail } from './parse-email.ts'
import type { Role } from './role.ts'

/** An invitation with the only sight of its link that anybody will ever have. */
export interface CreatedInvitation {
  /** The invitation's id. */
  id: string
  invitation: Invitation
  url: string
}

export const INVITATION_MS = 7 * 86_400_000

/** Makes a link by which one person becomes a member. No mail is sent: whoever invites hands it over. */
export async function inviteMember(
  deps: Pick<
    WorkspaceDeps,
    'accounts' | 'invitations' | 'members' | 'workspaceId' | 'publicUrl' | 'newId' | 'now'
  >,
  invitedBy: string,
  input: { email: string; role: Role },
): Promise<CreatedInvitation> {
  const email = parseEmail(input.email)
  const known = await deps.accounts.users.findByEmail(email)
  if (known && (await deps.members.find(known.user.id))) throw new AlreadyMember(email)
  const createdAt = deps.now()
  const invitation: Invitation = {
    id: deps.newId('inv'),
    workspaceId: deps.workspaceId,
    email,
    role: input.role,
    invitedBy,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + INVITATION_MS),
  }
  const token = newInvitationToken()
  await deps.invitations.add(invitation, token)
  return { id: invitation.id, invitation, url: invitationUrl(deps, token) }
}

/** Behind the #, browsers keep the secret to themselves: it gets into no log on the way. */
export function invitationUrl({ publicUrl }: Pick<WorkspaceDeps, 'publicUrl'>, token: string): string {
  return `${publicUrl}/invitation#${token}`
}
