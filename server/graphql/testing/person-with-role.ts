import { openSession } from '../../accounts/open-session.ts'
import type { HubDeps } from '../../deps.ts'
import type { TestHub } from '../../testing/start-test-hub.ts'
import type { Role } from '../../accounts/role.ts'
import { browserAt } from './browser-at.ts'
import type { Browser } from './browser-at.ts'

/** Somebody who has signed in and has this role in a workspace; without a role, somebody who belongs to none. */
export async function personWithRole(
  hub: Pick<TestHub, 'url'> & { deps: HubDeps },
  workspaceId: string,
  role: Role | undefined,
  name: string = role ?? 'nobody',
): Promise<Browser & { userId: string }> {
  const { accounts, newId, now, storesOf } = hub.deps
  const id = newId('usr')
  const user = { id, email: `${name}-${id}@example.com`.toLowerCase(), name, createdAt: now() }
  await accounts.users.add(user, {})
  if (role) await storesOf(workspaceId).members.add({ userId: id, role, since: now() })
  const { token } = await openSession(hub.deps, user, { address: '127.0.0.1', userAgent: 'a test' })
  return Object.assign(browserAt(hub, [['switchyard_session', token]]), { userId: id })
}
