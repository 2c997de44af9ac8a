import type { HubDeps } from '../deps.ts'
import { NotYourWorkspace } from './account-errors.ts'

/** Makes a session look at another of its person's workspaces. Throws `NotYourWorkspace`. */
export async function switchWorkspace(
  { accounts, workspaces }: Pick<HubDeps, 'accounts' | 'workspaces'>,
  { userId, sessionId }: { userId: string; sessionId: string },
  workspaceId: string,
) {
  const memberships = await accounts.memberships.of(userId)
  const isOwn = memberships.some((each) => each.workspaceId === workspaceId)
  const workspace = isOwn ? await workspaces.find(workspaceId) : undefined
  if (!workspace) throw new NotYourWorkspace()
  await accounts.sessions.setWorkspace({ id: sessionId, userId }, workspaceId)
  return workspace
}
