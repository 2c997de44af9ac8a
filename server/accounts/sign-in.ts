import type { HubDeps } from '../deps.ts'
import { checkPassword, endIfChanged } from './check-password.ts'
import { noteSignIn } from './note-sign-in.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parseEmail } from './parse-email.ts'

/** Opens a session for who knows the password. Throws `SignInRefused`, `TooManyAttempts` and `InputInvalid`. */
export async function signIn(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'vault' | 'log' | 'newId' | 'now'>,
  { email, password }: { email: string; password: string },
  whence: Whence,
): Promise<SignedIn> {
  const given = { email: parseEmail(email), password }
  const { user, passwordHash } = await checkPassword(hub, given, whence, 'signIn')
  const signedIn = await openSession(hub, user, whence)
  await endIfChanged(hub, signedIn, passwordHash)
  noteSignIn(hub, user, whence, 'signIn', 'done')
  return signedIn
}
