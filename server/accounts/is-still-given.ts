import type { HubDeps } from '../deps.ts'
import type { Invitation } from './invitation-store.ts'
import { ownsAllOf } from './owns-all-of.ts'
import { roleNow } from './role-now.ts'

/** Whether who made an invitation may make it at this moment too: a link is worth no more than its maker. */
export async function isStillGiven(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'now'>,
  { invitedBy, workspaceId, resetsUserId }: Invitation,
): Promise<boolean> {
  if ((await roleNow(hub, workspaceId, invitedBy)) !== 'owner') return false
  // They may have joined another workspace since, which a password of theirs would open as well.
  return resetsUserId === undefined || ownsAllOf(hub, invitedBy, resetsUserId)
}
