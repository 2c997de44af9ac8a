import type { HubDeps } from '../deps.ts'
import { lowerOf } from './role.ts'
import type { Role } from './role.ts'
import type { ApiToken } from './token-store.ts'

/** That a token is in use is written down this often at most. */
const NOTE_EVERY_MS = 60_000

/** Which token this is and what it may do now: never more than the person who made it may, and nothing once they left. */
export async function readToken(
  { accounts, storesOf, now }: Pick<HubDeps, 'accounts' | 'storesOf' | 'now'>,
  secret: string,
): Promise<{ token: ApiToken; role: Role } | undefined> {
  const at = now()
  const token = await accounts.tokens.findBySecret(secret, at)
  if (!token) return undefined
  let { role } = token
  if (token.boundTo) {
    const maker = await storesOf(token.workspaceId).members.find(token.boundTo)
    if (!maker) return undefined
    role = lowerOf(role, maker.role)
  }
  if (at.getTime() - (token.lastUsedAt?.getTime() ?? 0) >= NOTE_EVERY_MS)
    await accounts.tokens.noteUse(token.id, at)
  return { token, role }
}
