import { createHash, timingSafeEqual } from 'node:crypto'
import { findToken } from '../accounts/token-store.ts'
import type { HubDeps } from '../deps.ts'
import type { Asking } from './context.ts'

/** Nobody: the request carries no token, or one that is not or no longer valid. */
export const stranger: Asking = { caller: undefined, role: undefined, workspaceId: undefined }

/**
 * Who is asking, by `Authorization: Bearer <token>`. The operator names a workspace with `Switchyard-Workspace`, which
 * may be left out while there is exactly one; every other token has one workspace and needs no header.
 */
export async function authenticate(
  { hub, adminToken }: { hub: HubDeps; adminToken: string },
  headers: { get(name: string): string | null },
): Promise<Asking> {
  const token = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (!token) return stranger
  if (isSameText(token, adminToken)) {
    const workspaceId = await namedWorkspace(hub, headers.get('switchyard-workspace'))
    return {
      caller: { kind: 'operator', id: 'operator' },
      role: workspaceId === undefined ? undefined : 'owner',
      workspaceId,
    }
  }
  const found = await findToken(hub.database.connection, token, hub.now())
  if (!found) return stranger
  const { id, name, workspaceId, role } = found
  return { caller: { kind: 'token', id, name, workspaceId, role }, role, workspaceId }
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
