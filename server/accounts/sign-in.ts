import type { HubDeps } from '../deps.ts'
import { SignInRefused } from './account-errors.ts'
import { noteSignIn } from './note-sign-in.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parseEmail } from './parse-email.ts'

/**
 * Opens a session for who knows the password. An address that nobody has gets the same answer after the same work, so
 * that nobody can find out who has an account here.
 */
export async function signIn(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'log' | 'newId' | 'now'>,
  given: { email: string; password: string },
  whence: Whence,
): Promise<SignedIn> {
  const email = parseEmail(given.email)
  const found = await hub.accounts.users.findByEmail(email)
  const isRight = await hub.accounts.passwords.verify(found?.passwordHash, given.password)
  if (!found || !isRight) {
    noteSignIn(hub, found?.user, whence, 'sign_in_refused')
    throw new SignInRefused()
  }
  const signedIn = await openSession(hub, found.user, whence)
  noteSignIn(hub, found.user, whence, 'done')
  return signedIn
}
