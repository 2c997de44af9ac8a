import type { WorkspaceDeps } from '../deps.ts'
import { InvitationNotFound } from './account-errors.ts'

/** Makes an invitation's link worthless. */
export async function revokeInvitation(
  { invitations }: Pick<WorkspaceDeps, 'invitations'>,
  id: string,
): Promise<{ id: string }> {
  if (!(await invitations.remove(id))) throw new InvitationNotFound(id)
  return { id }
}
