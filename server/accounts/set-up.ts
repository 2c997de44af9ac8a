import type { HubDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { SetUpClosed } from './account-errors.ts'
import { noteSignIn } from './note-sign-in.ts'
import { signed } from './offer-set-up.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parseEmail } from './parse-email.ts'
import { parsePassword } from './parse-password.ts'
import type { User } from './user-store.ts'

export interface SetUpInput {
  /** The part of the link behind the #. */
  token: string
  name: string
  email: string
  password: string
  workspaceName: string
}

/**
 * Makes the first owner, of the first workspace, and signs them in. Of several people with the link the first one gets
 * through, and may come again with the same address should the process end half-way.
 */
export async function setUp(
  hub: Pick<HubDeps, 'accounts' | 'workspaces' | 'storesOf' | 'vault' | 'log' | 'newId' | 'now'>,
  input: SetUpInput,
  whence: Whence,
): Promise<SignedIn> {
  const { accounts, now } = hub
  const offer = await accounts.setUp.find()
  const isOpen = offer && offer.expiresAt > now() && hub.vault.matchesFingerprint(signed(offer), input.token)
  if (!isOpen || (await accounts.memberships.hasOwner())) throw new SetUpClosed()

  const name = parseName(input.name)
  const email = parseEmail(input.email)
  const workspaceName = parseName(input.workspaceName)
  const password = parsePassword(input.password, [name, email, workspaceName])
  if (!(await accounts.setUp.take(offer.nonce, email))) throw new SetUpClosed()

  const [workspace] = await hub.workspaces.all()
  if (!workspace) throw new Error('The hub has no workspace to set up.')
  const user = await ownerToBe(hub, { name, email, password })
  await hub.workspaces.rename(workspace.id, workspaceName)
  await hub.storesOf(workspace.id).members.add({ userId: user.id, role: 'owner', since: now() })
  await accounts.setUp.close()
  const signedIn = await openSession(hub, user, whence, workspace.id)
  noteSignIn(hub, user, whence, 'setUp', 'done')
  return signedIn
}

async function ownerToBe(
  { accounts, newId, now }: Pick<HubDeps, 'accounts' | 'newId' | 'now'>,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<User> {
  const user = { id: newId('usr'), email, name, createdAt: now() }
  if (await accounts.users.add(user, { passwordHash: await accounts.passwords.hash(password) })) return user
  // Made by a set-up that was cut off, or by an invitation to be something less than owner: theirs by password alone.
  const existing = await accounts.users.findByEmail(email)
  if (!existing || !(await accounts.passwords.verify(existing.passwordHash, password)))
    throw new SetUpClosed()
  return existing.user
}
