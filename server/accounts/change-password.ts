import type { HubDeps } from '../deps.ts'
import { SignInRefused } from './account-errors.ts'
import { checkPassword, endIfChanged } from './check-password.ts'
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
  const { users, passwords, sessions } = hub.accounts
  const given = { email: own.email, password: current }
  const { user, passwordHash: former } = await checkPassword(hub, given, whence, 'changePassword')
  const passwordHash = await passwords.hash(password)
  if (!(await users.setPassword(user.id, passwordHash, former))) throw new SignInRefused()
  await sessions.removeAll(user.id)
  const signedIn = await openSession(hub, user, whence, own.workspaceId)
  await endIfChanged(hub, signedIn, passwordHash)
  return signedIn
}
