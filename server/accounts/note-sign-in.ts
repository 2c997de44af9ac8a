import type { HubDeps } from '../deps.ts'
import type { Whence } from './open-session.ts'
import type { User } from './user-store.ts'

/** What people do before the audit log could know who they are. */
export type NotedAction = 'signIn' | 'setUp' | 'acceptInvitation' | 'changePassword'

/** Those that let somebody in who may be a stranger until then. */
const entrances: readonly string[] = ['signIn', 'setUp', 'acceptInvitation'] satisfies NotedAction[]

/** Whether `noteSignIn` is what writes this mutation down when it was done. */
export function isEntrance(action: string): boolean {
  return entrances.includes(action)
}

/**
 * Writes down that somebody signed in or tried to: in the audit log of each of the person's workspaces, and in the
 * hub's log. Nobody waits for it, since an answer that takes longer for a person who exists would tell that they do.
 */
export function noteSignIn(
  hub: Pick<HubDeps, 'accounts' | 'storesOf' | 'log'>,
  user: User | undefined,
  whence: Whence,
  action: NotedAction,
  outcome: string,
): void {
  hub.log.info({ stage: 'sign_in.attempted', action, userId: user?.id, address: whence.address, outcome })
  // What somebody does who has signed in already is written down like every other mutation.
  if (!user || !isEntrance(action)) return
  void write(hub, user, whence, action, outcome).catch((err: unknown) =>
    hub.log.error({ stage: 'sign_in.not_noted', userId: user.id, outcome, err }),
  )
}

async function write(
  { accounts, storesOf }: Pick<HubDeps, 'accounts' | 'storesOf'>,
  user: User,
  whence: Whence,
  action: NotedAction,
  outcome: string,
): Promise<void> {
  const who = { actor: user.id, actorName: user.name, action, subject: user.id }
  const { address, userAgent } = whence
  for (const { workspaceId } of await accounts.memberships.of(user.id)) {
    await storesOf(workspaceId).audit.add({ ...who, address, userAgent, outcome })
  }
}
