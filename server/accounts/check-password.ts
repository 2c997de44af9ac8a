import { randomBytes } from 'node:crypto'
import type { HubDeps } from '../deps.ts'
import { SignInRefused, TooManyAttempts } from './account-errors.ts'
import { noteSignIn } from './note-sign-in.ts'
import type { NotedAction } from './note-sign-in.ts'
import type { SignedIn, Whence } from './open-session.ts'
import type { User } from './user-store.ts'

const GIVEN_LENGTH_MAX = 1_000

/** Somebody who has shown their password, with its hash at that moment. */
export interface KnownByPassword {
  user: User
  passwordHash: string
}

/**
 * Whose password this is. An address that nobody has gets the same answer after the same work, so that nobody can find
 * out who has an account here. Throws `SignInRefused` and `TooManyAttempts`.
 */
export async function checkPassword(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'vault' | 'log'>,
  { email, password }: { email: string; password: string },
  whence: Whence,
  action: NotedAction,
): Promise<KnownByPassword> {
  const { users, limits, passwords } = hub.accounts
  const found = await users.findByEmail(email)
  const attempt = { email, address: whence.address, knownDevice: knownDevice(hub, found?.user, whence) }
  await limits.begin(attempt).catch((err: unknown) => {
    if (err instanceof TooManyAttempts) noteSignIn(hub, undefined, whence, action, err.code)
    throw err
  })
  // Nobody's is longer, so cutting it makes no wrong one right; a megabyte of it would only cost.
  const isRight = await passwords.verify(found?.passwordHash, password.slice(0, GIVEN_LENGTH_MAX))
  if (!found?.passwordHash || !isRight) {
    const refusal = new SignInRefused()
    noteSignIn(hub, found?.user, whence, action, refusal.code)
    throw refusal
  }
  await limits.succeed(attempt)
  return { user: found.user, passwordHash: found.passwordHash }
}

/**
 * A new password ends the sessions that there are at that moment. One that was being opened with the former one has to
 * go the same way. Throws `SignInRefused`.
 */
export async function endIfChanged(
  { accounts }: Pick<HubDeps, 'accounts'>,
  { user, session }: SignedIn,
  passwordHash: string,
): Promise<void> {
  const found = await accounts.users.findByEmail(user.email)
  if (found?.passwordHash === passwordHash) return
  await accounts.sessions.remove({ id: session.id, userId: user.id })
  throw new SignInRefused()
}

/** The number in the browser's cookie, where it was given to this person: `<number>.<keyed hash of both>`. */
function knownDevice(
  { vault }: Pick<HubDeps, 'vault'>,
  user: User | undefined,
  { device }: Whence,
): string | undefined {
  const [number, ...rest] = (device ?? '').split('.')
  if (!number || !user) return undefined
  return vault.matchesFingerprint(deviceOf(user, number), rest.join('.')) ? number : undefined
}

/** What a browser shows to say that this person has signed in with it before. It opens nothing by itself. */
export function freshDeviceMark({ vault }: Pick<HubDeps, 'vault'>, user: User): string {
  const number = randomBytes(12).toString('hex')
  return `${number}.${vault.fingerprint(deviceOf(user, number))}`
}

function deviceOf(user: User, number: string): string {
  return `device ${number} of ${user.id}`
}
