import type { HubDeps } from '../deps.ts'
import { createDueRows } from '../platform/due-rows.ts'
import type { DueRows } from '../platform/due-rows.ts'
import { createRowWorker } from '../platform/row-worker.ts'
import type { RowWorker } from '../platform/row-worker.ts'
import { registrationCollection, REGISTRATIONS } from './registration-store.ts'
import { runRegistration } from './run-registration.ts'

/** Longer than all the calls that one look may take. */
const LEASE_MS = 300_000
const AT_ONCE_MAX = 4

/** Sets webhooks up at vendors, renews them, looks after them and takes them away, each in its hour. */
export function createRegistrar(deps: HubDeps): RowWorker {
  const rows = registrationCollection(deps.database.connection)
  const due = dueRegistrations(deps)
  return createRowWorker({
    due,
    atOnceMax: AT_ONCE_MAX,
    stopping: deps.stopping,
    work: (lease, stopping) => runRegistration({ ...deps, rows, due, stopping }, lease),
    onError: (registration, err) => deps.log.error({ stage: 'registration.broken', registration, err }),
  })
}

export function dueRegistrations({
  database,
  processId,
  now,
}: Pick<HubDeps, 'database' | 'processId' | 'now'>): DueRows {
  return createDueRows({
    database: database.connection,
    collection: REGISTRATIONS,
    processId,
    exclusive: database.exclusive,
    leaseMs: LEASE_MS,
    now,
  })
}
