import type { HubDeps } from '../deps.ts'
import { isStillGiven } from './is-still-given.ts'
import type { Role } from './role.ts'

/** What somebody has to enter to come in by an invitation. */
export const invitationNeeds = ['new_account', 'own_password', 'new_password', 'nothing'] as const
export type InvitationNeeds = (typeof invitationNeeds)[number]

/** What an invitation's link shows to who opens it. */
export interface InvitationPreview {
  workspaceName: string
  email: string
  role: Role
  needs: InvitationNeeds
  expiresAt: Date
}

/** What stands behind a link, for who has it; nothing where it is not or no longer valid. */
export async function readInvitation(
  hub: Pick<HubDeps, 'accounts' | 'workspaces' | 'storesOf' | 'now'>,
  token: string,
  callerEmail: string | undefined,
): Promise<InvitationPreview | undefined> {
  const { accounts, workspaces } = hub
  const invitation = await accounts.invitations.findByToken(token, hub.now())
  if (!invitation || !(await isStillGiven(hub, invitation))) return undefined
  const { workspaceId, email, role, expiresAt, resetsUserId } = invitation
  const [workspace, found] = await Promise.all([
    workspaces.find(workspaceId),
    accounts.users.findByEmail(email),
  ])
  if (!workspace) return undefined
  return { workspaceName: workspace.name, email, role, expiresAt, needs: needs() }

  function needs(): InvitationNeeds {
    if (resetsUserId) return 'new_password'
    if (!found) return 'new_account'
    return callerEmail === email ? 'nothing' : 'own_password'
  }
}
