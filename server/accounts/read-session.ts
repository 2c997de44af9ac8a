import type { HubDeps } from '../deps.ts'
import type { Membership } from './member-store.ts'
import { seenNow, USER_AGENT_LENGTH_MAX } from './open-session.ts'
import type { Whence } from './open-session.ts'
import type { Session } from './session-store.ts'
import type { User } from './user-store.ts'

/** That a session is in use is written down this often at most. */
const TOUCH_EVERY_MS = 60_000

/** Whose session a token opens and what they may do now, whatever was so when they signed in. */
export async function readSession(
  { accounts, now }: Pick<HubDeps, 'accounts' | 'now'>,
  token: string,
  whence: Whence,
): Promise<{ user: User; session: Session; memberships: Membership[] } | undefined> {
  const at = now()
  const session = await accounts.sessions.findByToken(token, at)
  if (!session) return undefined
  const [user, memberships] = await Promise.all([
    accounts.users.find(session.userId),
    accounts.memberships.of(session.userId),
  ])
  if (!user) return undefined
  if (at.getTime() - session.lastSeenAt.getTime() >= TOUCH_EVERY_MS) {
    const { userId, startedAt } = session
    const { address } = whence
    const userAgent = whence.userAgent.slice(0, USER_AGENT_LENGTH_MAX)
    await accounts.sessions.touch(session.id, { userId, ...seenNow(at, startedAt), address, userAgent })
  }
  return { user, session, memberships }
}
