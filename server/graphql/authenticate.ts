import { createHash, timingSafeEqual } from 'node:crypto'
import type { Whence } from '../accounts/open-session.ts'
import { readSession } from '../accounts/read-session.ts'
import { readToken } from '../accounts/read-token.ts'
import type { HubDeps } from '../deps.ts'
import type { Asking } from './context.ts'

/** Nobody: the request carries no token and no session, or one that is not or no longer valid. */
export const stranger: Asking = { caller: undefined, role: undefined, workspaceId: undefined }

/** What a request shows about who sent it. */
export interface Credentials {
  /** `Authorization`: where it is present nothing else counts. */
  authorization: string | null
  /** The session's token, from its cookie. */
  session: string | undefined
  /** `Switchyard-Workspace`. */
  workspace: string | null
}

/**
 * Who is asking, by `Authorization: Bearer <token>` or by the cookie of a session. The operator names a workspace with
 * `Switchyard-Workspace`, which may be left out while there is exactly one; a person may name one of theirs with it,
 * and is in the one they last switched to otherwise; every other token has one workspace and needs no header. Where it
 * names another one, the token does nothing: it was not meant for its own.
 */
export async function authenticate(
  { hub, adminToken }: { hub: HubDeps; adminToken: string },
  { authorization, session, workspace }: Credentials,
  whence: Whence,
): Promise<Asking> {
  if (authorization === null) return session ? bySession(hub, session, workspace, whence) : stranger
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  if (!token) return stranger
  if (isSameText(token, adminToken)) {
    const workspaceId = await namedWorkspace(hub, workspace)
    return {
      caller: { kind: 'operator', id: 'operator' },
      role: workspaceId === undefined ? undefined : 'owner',
      workspaceId,
      ...(workspace && workspaceId === undefined ? { unknownWorkspace: workspace } : {}),
    }
  }
  const found = await readToken(hub, token)
  if (!found) return stranger
  const { id, name, workspaceId, permissions } = found.token
  const place =
    workspace && workspace !== workspaceId
      ? { role: undefined, workspaceId: undefined }
      : { role: found.role, workspaceId }
  return { caller: { kind: 'token', id, name, workspaceId }, ...place, permissions }
}

async function bySession(hub: HubDeps, token: string, named: string | null, whence: Whence): Promise<Asking> {
  const found = await readSession(hub, token, whence)
  if (!found) return stranger
  const { user, session, memberships } = found
  const wanted = named ?? session.workspaceId
  const membership =
    memberships.find(({ workspaceId }) => workspaceId === wanted) ?? (named ? undefined : memberships[0])
  return {
    caller: { kind: 'user', id: user.id, name: user.name, email: user.email, sessionId: session.id },
    role: membership?.role,
    workspaceId: membership?.workspaceId,
  }
}

async function namedWorkspace({ workspaces }: HubDeps, named: string | null): Promise<string | undefined> {
  if (named) return (await workspaces.find(named))?.id
  const all = await workspaces.all()
  return all.length === 1 ? all[0]?.id : undefined
}

/** In constant time; over digests, so that not even the length shows. */
function isSameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}
