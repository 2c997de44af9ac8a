import type { OpenConnection } from '../connections/connection-directory.ts'
import type { AttemptResult } from '../deliveries/next-state.ts'
import type { Reason } from '../errors.ts'
import type { DestinationHealth } from './destination-health.ts'
import type { Held } from './held-delivery.ts'

/** What an attempt says about its destination, beyond the delivery itself. */
export async function noteHealth(
  deps: {
    health: DestinationHealth
    /** The vendor said that this address is gone for good. */
    onGone: (open: OpenConnection, reason: Reason) => Promise<void>
  },
  { delivery, probe }: Held,
  result: AttemptResult,
  open: OpenConnection,
): Promise<void> {
  const { health } = deps
  const { connectionId } = delivery
  if (result.outcome === 'delivered') {
    if (probe) await health.close(connectionId)
    else health.succeeded(connectionId)
    return
  }
  if (result.outcome !== 'failed') return
  const { failure } = result
  if (failure.status === 410) await deps.onGone(open, failure.reason)
  if (failure.signInRefused) await health.refused(connectionId, failure.reason)
  const isSick = !failure.onlyThisOne && (failure.class === 'retry' || failure.class === 'fix_connection')
  if (probe) {
    // An answer that concerns this delivery alone shows that the destination is up again.
    if (isSick) await health.probeFailed(connectionId, failure.reason)
    else await health.close(connectionId)
  } else if (failure.class === 'retry' && isSick) {
    await health.failed(connectionId, delivery.contactId ?? delivery.lane, failure.reason)
  }
}
