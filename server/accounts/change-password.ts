import type { HubDeps } from '../deps.ts'
import { checkPassword } from './check-password.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parsePassword } from './parse-password.ts'

/**
 * Changes a person's own password, who shows that they know the present one. All their sessions end, this one as well: a
 * fresh one takes its place.
 */
export async function changePassword(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'vault' | 'log' | 'newId' | 'now'>,
  own: { email: string; name: string; workspaceId: string | undefined },
  { current, next }: { current: string; next: string },
  whence: Whence,
): Promise<SignedIn> {
  const password = parsePassword(next, [own.name, own.email])
  const user = await checkPassword(hub, { email: own.email, password: current }, whence, 'changePassword')
  await hub.accounts.users.setPassword(user.id, await hub.accounts.passwords.hash(password))
  await hub.accounts.sessions.removeAll(user.id)
  return openSession(hub, user, whence, own.workspaceId)
}
