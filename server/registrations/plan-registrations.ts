import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import { insertNew } from '../platform/insert-new.ts'
import { isOutOfReach, urlPrintOf } from './keep-registered.ts'
import { registrationCollection } from './registration-store.ts'
import type { RegistrationDoc } from './registration-store.ts'

/**
 * Sees to it that there is a registration for everything that a connection's credentials name, and has those looked at
 * that something has changed for: credentials, the hub's address, the release. Safe to repeat.
 */
export async function planRegistrations(
  deps: Pick<HubDeps, 'connections' | 'database' | 'publicUrl' | 'newId' | 'now'>,
  connectionId: string,
): Promise<void> {
  const open = await deps.connections.byId(connectionId)
  if (!isUsable(open) || !open.connector.registration) return
  const { subjects, canRegister } = open.connector.registration
  const auth = open.credentials[0]
  const wanted = [...new Set(subjects?.(auth) ?? [''])]
  const isPossible = canRegister?.(auth) ?? true
  const collection = registrationCollection(deps.database.connection)
  const rows = await collection.find({ connectionId }).toArray()
  const at = deps.now()
  const due = { dueAt: at, wokenAt: at }

  const known = new Set(rows.map(({ subject }) => subject))
  await insertNew(
    collection,
    wanted.filter((subject) => !known.has(subject)).map((subject) => blank(deps, open, subject, isPossible)),
  )
  for (const row of rows) {
    const isSurplus = !wanted.includes(row.subject)
    if (isSurplus !== (row.isSurplus ?? false)) {
      const mark = isSurplus
        ? { $set: { isSurplus: true as const, ...due } }
        : { $set: due, $unset: { isSurplus: 1 as const } }
      await collection.updateOne({ _id: row._id }, mark)
    } else if (isPossible && needsLook(deps.publicUrl, open, row)) {
      await collection.updateOne({ _id: row._id }, { $set: due })
    }
  }
}

/** One that waits for its next try needs none. */
function needsLook(publicUrl: string, open: OpenConnection, row: RegistrationDoc): boolean {
  if (row.isOff || row.failures > 0 || isOutOfReach(publicUrl, open)) return false
  return row.vendorState === undefined ? row.dueAt === undefined : row.urlPrint !== urlPrintOf(open)
}

function blank(
  { newId, now }: Pick<HubDeps, 'newId' | 'now'>,
  { connection }: OpenConnection,
  subject: string,
  isPossible: boolean,
): RegistrationDoc {
  const createdAt = now()
  return {
    _id: newId('reg'),
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    connectorId: connection.connectorId,
    name: connection.name,
    subject,
    isOff: false,
    token: 0,
    failures: 0,
    former: [],
    createdAt,
    ...(isPossible
      ? { state: 'registering', dueAt: createdAt }
      : { state: 'none', reason: { code: 'registration_needs_credentials' } }),
  }
}
