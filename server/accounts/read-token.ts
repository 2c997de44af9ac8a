import type { HubDeps } from '../deps.ts'
import { roleNow } from './role-now.ts'
import type { Role } from './role.ts'
import type { ApiToken } from './token-store.ts'

/** That a token is in use is written down this often at most. */
const NOTE_EVERY_MS = 60_000

/** Which token this is and what it may do now: never more than those who made it may, and nothing once they are gone. */
export async function readToken(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'now'>,
  secret: string,
): Promise<{ token: ApiToken; role: Role } | undefined> {
  const at = hub.now()
  const { tokens } = hub.accounts
  const token = await tokens.findBySecret(secret, at)
  if (!token) return undefined
  const role = await roleNow(hub, token.workspaceId, token.id)
  if (!role) return undefined
  if (at.getTime() - (token.lastUsedAt?.getTime() ?? 0) >= NOTE_EVERY_MS) await tokens.noteUse(token.id, at)
  return { token, role }
}
