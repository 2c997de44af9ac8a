import type { HubDeps } from '../deps.ts'
import { lowerOf } from './role.ts'
import type { Role } from './role.ts'

/**
 * What somebody may do in a workspace at this moment, by the id that stands on what they made: nothing once they have
 * left it, were revoked or have expired. A token never may more than who made it, and is worth nothing without them.
 */
export async function roleNow(
  hub: Pick<HubDeps, 'storesOf' | 'now'>,
  workspaceId: string,
  id: string,
): Promise<Role | undefined> {
  if (id === 'operator') return 'owner'
  const { tokens, members } = hub.storesOf(workspaceId)
  if (!id.startsWith('tok_')) return (await members.find(id))?.role
  const token = await tokens.find(id)
  if (!token || (token.expiresAt && token.expiresAt <= hub.now())) return undefined
  // Tokens of earlier releases do not say who made them.
  if (!token.createdBy) return token.role
  const makers = await roleNow(hub, workspaceId, token.createdBy)
  return makers && lowerOf(token.role, makers)
}
