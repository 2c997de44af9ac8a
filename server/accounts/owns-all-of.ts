import type { HubDeps } from '../deps.ts'
import { roleNow } from './role-now.ts'

/** Whether who has this id owns every workspace of a person at this moment; the operator owns all there are. */
export async function ownsAllOf(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'now'>,
  id: string,
  userId: string,
): Promise<boolean> {
  const theirs = await hub.accounts.memberships.of(userId)
  const roles = await Promise.all(theirs.map(({ workspaceId }) => roleNow(hub, workspaceId, id)))
  return roles.every((role) => role === 'owner')
}
