import type { HubDeps } from '../deps.ts'
import { newSessionToken } from './session-store.ts'
import type { Session } from './session-store.ts'
import type { User } from './user-store.ts'

/** Where a request comes from, as the audit log and the list of sessions name it. */
export interface Whence {
  address: string
  userAgent: string
  /** What the browser shows to say that somebody has signed in with it before. */
  device?: string | undefined
}

/** Somebody who has just signed in. `token` goes into their cookie and nowhere else. */
export interface SignedIn {
  user: User
  session: Session
  token: string
}

const DAY_MS = 86_400_000
/** A session ends after this long without a request: a long weekend is shorter. */
const IDLE_MS = 3.5 * DAY_MS
/** And after this long in any case. */
export const SESSION_MS = 30 * DAY_MS

/** Longer ones say no more. */
export const USER_AGENT_LENGTH_MAX = 400

/** Opens a session for a person who has shown who they are. It looks at `workspaceId`, or else at their first workspace. */
export async function openSession(
  { accounts, newId, now }: Pick<HubDeps, 'accounts' | 'newId' | 'now'>,
  user: User,
  whence: Whence,
  workspaceId?: string,
): Promise<SignedIn> {
  const memberships = await accounts.memberships.of(user.id)
  const own = memberships.find((each) => each.workspaceId === workspaceId) ?? memberships[0]
  const startedAt = now()
  const session: Session = {
    id: newId('ses'),
    userId: user.id,
    ...(own ? { workspaceId: own.workspaceId } : {}),
    startedAt,
    ...seenNow(startedAt, startedAt),
    address: whence.address,
    userAgent: whence.userAgent.slice(0, USER_AGENT_LENGTH_MAX),
  }
  const token = newSessionToken()
  await accounts.sessions.add(session, token)
  return { user, session, token }
}

/** How far a session goes that is in use at this moment. */
export function seenNow(at: Date, startedAt: Date): Pick<Session, 'lastSeenAt' | 'endsAt'> {
  return {
    lastSeenAt: at,
    endsAt: new Date(Math.min(at.getTime() + IDLE_MS, startedAt.getTime() + SESSION_MS)),
  }
}
