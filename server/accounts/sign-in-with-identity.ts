import type { HubDeps } from '../deps.ts'
import type { Identity } from '../platform/identity-provider.ts'
import { nameSchema, parseName } from '../parse-name.ts'
import { IdentityRefused, InvitationUnusable } from './account-errors.ts'
import { isStillGiven } from './is-still-given.ts'
import type { Invitation } from './invitation-store.ts'
import { joinByInvitation } from './join-by-invitation.ts'
import { noteSignIn } from './note-sign-in.ts'
import { openSession } from './open-session.ts'
import type { SignedIn, Whence } from './open-session.ts'
import { parseEmail } from './parse-email.ts'
import type { User } from './user-store.ts'

type Deps = Pick<HubDeps, 'accounts' | 'workspaces' | 'storesOf' | 'log' | 'newId' | 'now'>

/**
 * Opens a session for who signed in at the identity provider: somebody it brought before, somebody with an account or
 * an invitation for the address that it has verified, or, where the operator allows the domain of that address,
 * somebody new, who may look at the first workspace. Everybody else is refused: no account is made from nothing.
 */
export async function signInWithIdentity(
  hub: Deps,
  identity: Identity,
  { allowedDomains }: { allowedDomains: readonly string[] },
  whence: Whence,
): Promise<SignedIn> {
  const email = identity.emailIsVerified && identity.email ? parseEmail(identity.email) : undefined
  const user = await whoItIs(hub, identity, email, allowedDomains)
  if (email === user.email) await acceptAll(hub, user)
  const signedIn = await openSession(hub, user, whence)
  noteSignIn(hub, user, whence, 'signIn', 'done')
  return signedIn
}

async function whoItIs(
  hub: Deps,
  identity: Identity,
  email: string | undefined,
  allowedDomains: readonly string[],
): Promise<User> {
  const { users } = hub.accounts
  const known = await users.findByIdentity(identity)
  if (known) return known
  if (!email) throw new IdentityRefused('identity_email_not_verified')

  const found = await users.findByEmail(email)
  if (found) {
    // An address that was given to somebody else at the provider does not give them the account of who had it before.
    if (!(await users.linkIdentity(found.user.id, identity))) throw new IdentityRefused('identity_of_another')
    // Whoever made the account may have been somebody else, who was waiting for its real person with a password of theirs.
    await hub.accounts.sessions.removeAll(found.user.id)
    return found.user
  }
  const invitations = await invitationsFor(hub, email)
  const isAllowed = allowedDomains.includes(email.slice(email.lastIndexOf('@') + 1))
  if (invitations.length === 0 && !isAllowed) throw new IdentityRefused('identity_has_no_account')

  const user = { id: hub.newId('usr'), email, name: nameOf(identity, email), createdAt: hub.now() }
  // First the place and then the person: the other way round, a crash in between would leave somebody without a place
  // for ever, since only who is new gets one.
  if (isAllowed) await letLook(hub, user, invitations)
  if (await users.add(user, { identity })) return user
  // They may come in two browsers at once, and the other one was faster.
  const meanwhile = await users.findByIdentity(identity)
  if (meanwhile) return meanwhile
  throw new IdentityRefused('identity_of_another')
}

async function letLook(
  { workspaces, storesOf, now }: Deps,
  { id }: User,
  invitations: readonly Invitation[],
): Promise<void> {
  const [first] = await workspaces.all()
  // An invitation brings its own role, which would change nothing any more for who is a member already.
  if (!first || invitations.some(({ workspaceId }) => workspaceId === first.id)) return
  await storesOf(first.id).members.add({ userId: id, role: 'viewer', since: now() })
}

/** The provider has shown whose address it is, which is what an invitation's link shows otherwise. */
async function acceptAll(hub: Deps, user: User): Promise<void> {
  for (const invitation of await invitationsFor(hub, user.email)) {
    try {
      await joinByInvitation(hub, invitation, user)
    } catch (err) {
      if (!(err instanceof InvitationUnusable)) throw err
      // Revoked in this moment: they come in without it.
      hub.log.info({ stage: 'invitation.gone', invitationId: invitation.id, userId: user.id })
    }
  }
}

async function invitationsFor(hub: Deps, email: string): Promise<Invitation[]> {
  const open = await hub.accounts.invitations.openFor(email, hub.now())
  const given = await Promise.all(open.map((each) => isStillGiven(hub, each)))
  return open.filter((_each, nth) => given[nth])
}

/** What people are called elsewhere keeps nobody out: where it cannot be shown, their address says it. */
function nameOf({ name }: Identity, email: string): string {
  const given = nameSchema.safeParse(name?.slice(0, 200))
  return given.success ? given.data : parseName(email.slice(0, email.indexOf('@')))
}
