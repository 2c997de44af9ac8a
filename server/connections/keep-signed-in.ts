import type { HubDeps } from '../deps.ts'
import type { DestinationHealth } from '../pipeline/destination-health.ts'
import { isUsable } from './connection-directory.ts'
import { wakeMended } from './wake-mended.ts'

/** A vendor forgets a refresh token that nobody uses, after as little as two weeks (Mautic's default); a day leaves room. */
const UNUSED_MS = 24 * 3_600_000
/** By then every process knows of a sign-in, and parks nothing more for want of it. */
const WAKE_AGAIN_MS = 10_000
const FOUND_MAX = 1_000
/** So few in a round that it is over soon even where every vendor is slow. */
const ROUND_MAX = 10

/**
 * Renews sign-ins that nothing has used for a day, and wakes once more what waited for a recent one: a delivery may have
 * been parked in the very moment, by a process that had not heard of it yet.
 */
export async function keepSignedIn(
  deps: HubDeps & { health: Pick<DestinationHealth, 'close'> },
): Promise<void> {
  const at = deps.now().getTime()
  for (const connection of await deps.grants.toWake(new Date(at - WAKE_AGAIN_MS), FOUND_MAX)) {
    await wakeMended(deps, connection)
    if (connection.grant) await deps.grants.noteWoken(connection.id, connection.grant.revision)
  }

  const unused = await deps.grants.unused(new Date(at - UNUSED_MS), FOUND_MAX)
  // From anywhere in the list, so that those whose vendor is away do not keep the others from their turn.
  const from = Math.floor(deps.random() * unused.length)
  const turn = [...unused.slice(from), ...unused.slice(0, from)].slice(0, ROUND_MAX)
  await Promise.all(
    turn.map(async ({ id, grant }) => {
      const open = await deps.connections.byId(id)
      if (!grant || !isUsable(open) || open.needsSignIn) return
      await deps.accessTokens
        .renew(open, grant, { exchanges: [], signal: deps.stopping })
        // What went wrong has been logged where it went wrong; another round tries again.
        .catch(() => undefined)
    }),
  )
}
