import type { HubDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import { InvitationUnusable } from './account-errors.ts'
import { checkPassword, endIfChanged } from './check-password.ts'
import type { KnownByPassword } from './check-password.ts'
import type { Invitation } from './invitation-store.ts'
import { isStillGiven } from './is-still-given.ts'
import { joinByInvitation } from './join-by-invitation.ts'
import { noteSignIn } from './note-sign-in.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parsePassword } from './parse-password.ts'
import type { Caller } from './role.ts'
import type { User } from './user-store.ts'

export interface AcceptInput {
  /** The part of the link behind the #. */
  token: string
  /** Needed for a new account. */
  name?: string | null | undefined
  /** The one they choose, or where they have an account their own; not needed where they have signed in already. */
  password?: string | null | undefined
}

type Deps = Pick<HubDeps, 'accounts' | 'storesOf' | 'vault' | 'log' | 'newId' | 'now'>

/**
 * Lets the invited person in and signs them in: with a new account, or with the one that has the invitation's address,
 * once they have shown that it is theirs.
 */
export async function acceptInvitation(
  hub: Deps,
  caller: Caller | undefined,
  input: AcceptInput,
  whence: Whence,
): Promise<SignedIn> {
  const invitation = await hub.accounts.invitations.findByToken(input.token, hub.now())
  if (!invitation || !(await isStillGiven(hub, invitation))) throw new InvitationUnusable()
  const { user, passwordHash } = await whoAccepts(hub, invitation, caller, input, whence)
  await joinByInvitation(hub, invitation, user)
  const signedIn = await openSession(hub, user, whence, invitation.workspaceId)
  if (passwordHash !== undefined) await endIfChanged(hub, signedIn, passwordHash)
  noteSignIn(hub, user, whence, 'acceptInvitation', 'done')
  return signedIn
}

async function whoAccepts(
  hub: Deps,
  invitation: Invitation,
  caller: Caller | undefined,
  input: AcceptInput,
  whence: Whence,
): Promise<{ user: User; passwordHash?: string }> {
  const { email, resetsUserId } = invitation
  const { users } = hub.accounts
  if (resetsUserId) return withNewPassword(hub, invitation, resetsUserId, input.password ?? '')
  const found = await users.findByEmail(email)
  if (found && caller?.kind === 'user' && caller.id === found.user.id) return { user: found.user }
  if (found) return checkPassword(hub, { email, password: input.password ?? '' }, whence, 'acceptInvitation')

  const name = parseName(input.name ?? '')
  const password = parsePassword(input.password ?? '', [name, email])
  const user = { id: hub.newId('usr'), email, name, createdAt: hub.now() }
  const passwordHash = await hub.accounts.passwords.hash(password)
  if (await users.add(user, { passwordHash })) return { user, passwordHash }
  // Somebody with the same link was faster: what holds for an account that exists holds from here on.
  return checkPassword(hub, { email, password }, whence, 'acceptInvitation')
}

async function withNewPassword(
  hub: Deps,
  { workspaceId, id, email }: Invitation,
  userId: string,
  chosen: string,
): Promise<KnownByPassword> {
  const user = await hub.accounts.users.find(userId)
  if (!user) throw new InvitationUnusable()
  const password = parsePassword(chosen, [user.name, email])
  const passwordHash = await hub.accounts.passwords.hash(password)
  if (!(await hub.accounts.invitations.take({ workspaceId, id }, userId, hub.now())))
    throw new InvitationUnusable()
  await hub.accounts.users.setPassword(userId, passwordHash)
  // Whoever knew the old one may have been somebody else.
  await hub.accounts.sessions.removeAll(userId)
  return { user, passwordHash }
}
