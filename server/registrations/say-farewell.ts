import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection, Unusable } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import type { Reason } from '../errors.ts'
import { dueRegistrations } from './registrar.ts'
import { registrationCollection } from './registration-store.ts'
import type { RegistrationDoc } from './registration-store.ts'
import { runRegistration } from './run-registration.ts'

/** A person waits for this; what the vendor does not do within it is done later. */
const WAIT_MS = 10_000

/**
 * Takes the webhooks of a connection away before it is deleted, while the vendor can still be asked. What could not be
 * taken away is tried again for about a day with what is kept of the connection; where it needs a sign-in, which ends
 * with the connection, it is left to a person. The answer says what is left.
 */
export async function sayFarewell(
  deps: HubDeps,
  { id: connectionId, workspaceId, name, credentials, hookKey, apiUrl }: OpenConnection['connection'],
  open: OpenConnection | Unusable | undefined,
): Promise<Reason[]> {
  const rows = registrationCollection(deps.database.connection)
  if ((await rows.countDocuments({ connectionId }, { limit: 1 })) === 0) return []
  await deps.storesOf(workspaceId).registrations.switchOff(connectionId, deps.now())
  if (isUsable(open)) await tryNow()

  const left = (await rows.find({ connectionId }).toArray()).filter(isAtVendor)
  const canLater = isUsable(open) && !open.tokenSource
  await rows.deleteMany({ connectionId, _id: { $nin: canLater ? left.map(({ _id }) => _id) : [] } })
  if (canLater) {
    const at = deps.now()
    const farewell = { credentials, hookKey, ...(apiUrl ? { apiUrl } : {}) }
    await rows.updateMany({ connectionId }, { $set: { name, farewell, dueAt: at, wokenAt: at } })
  }
  const connector = isUsable(open) ? open.connector.name : ''
  const code = canLater ? 'webhook_removed_later' : 'webhook_left_at_vendor'
  return left.map(({ subject }) => ({ code, data: { connector, ...(subject ? { subject } : {}) } }))

  async function tryNow(): Promise<void> {
    const due = dueRegistrations(deps)
    const stopping = AbortSignal.any([deps.stopping, AbortSignal.timeout(WAIT_MS)])
    const mine = await rows.find({ connectionId }, { projection: { _id: 1 } }).toArray()
    await Promise.all(
      mine.map(async ({ _id }) => {
        const lease = await due.claimOne(_id)
        if (lease) await runRegistration({ ...deps, rows, due, stopping }, lease)
      }),
    )
  }
}

function isAtVendor({ vendorState, former, tryId }: RegistrationDoc): boolean {
  return vendorState !== undefined || tryId !== undefined || former.length > 0
}
