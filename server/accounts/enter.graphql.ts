import type { ApiContext } from '../graphql/context.ts'
import { freshDeviceMark } from './check-password.ts'
import type { SignedIn } from './open-session.ts'
import { signOut } from './sign-out.ts'

/**
 * Hands the browser the cookies of somebody who signs in. Whoever was signed in with it before is out, so a session that
 * was planted in it is worth nothing.
 */
export async function enter(
  { hub, caller, cookies }: ApiContext,
  entering: Promise<SignedIn>,
): Promise<SignedIn> {
  const signedIn = await entering
  await signOut(hub, caller)
  cookies.giveSession(signedIn.token, freshDeviceMark(hub, signedIn.user))
  return signedIn
}
