import type { Collection, UpdateFilter } from 'mongodb'
import type { AnyConnector } from '#sdk'
import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { HubDeps } from '../deps.ts'
import type { DueRows, RowLease } from '../platform/due-rows.ts'
import { keepRegistered, leaveFormerAccount } from './keep-registered.ts'
import { openFor } from './open-for.ts'
import type { RegistrationDoc } from './registration-store.ts'
import { takeAway } from './take-away.ts'

export interface RunRegistrationDeps extends Pick<
  HubDeps,
  | 'connections'
  | 'storesOf'
  | 'network'
  | 'accessTokens'
  | 'vault'
  | 'config'
  | 'publicUrl'
  | 'stopping'
  | 'newId'
  | 'now'
  | 'random'
  | 'log'
> {
  rows: Collection<RegistrationDoc>
  due: Pick<DueRows, 'giveBack'>
}

/** What one registration is about, and the row as it is written, step by step. */
export interface Registering {
  row: RegistrationDoc
  open: OpenConnection
  registration: NonNullable<AnyConnector['registration']>
  /** Writes and keeps `row` up to date. Throws when another process has taken over. */
  save: (change: UpdateFilter<RegistrationDoc>) => Promise<void>
}

/** What a connection without its connector or its key waits before it is looked at again. */
const UNUSABLE_MS = 600_000

/**
 * Brings one registration nearer to what it should be: set up, renewed, looked after or taken away. Each step may run
 * twice: a crash between the vendor's answer and the write leaves at worst a webhook more, whose facts count once.
 */
export async function runRegistration(deps: RunRegistrationDeps, lease: RowLease): Promise<void> {
  const { rows, due, now } = deps
  const row = await rows.findOne({ _id: lease.id, token: lease.token })
  if (!row) return
  const startedAt = now()
  const open = await openFor(deps, row)
  const registration = isUsable(open) ? open.connector.registration : undefined
  if (!open || (isUsable(open) && !registration)) {
    await rows.deleteOne({ _id: row._id, token: row.token })
    return
  }
  if (!isUsable(open) || !registration) {
    return due.giveBack(lease, startedAt, new Date(startedAt.getTime() + UNUSABLE_MS))
  }
  const registering: Registering = { row, open, registration, save }
  const isLeftBehind = await leaveFormerAccount(registering)
  const next = isWanted(registering)
    ? await keepRegistered(deps, registering)
    : await takeAway(deps, registering)
  // Whatever went wrong since is more pressing.
  if (isLeftBehind && registering.row.state === 'active')
    await save({ $set: { reason: { code: 'webhook_left_at_vendor' } } })
  await due.giveBack(lease, startedAt, next)

  async function save(change: UpdateFilter<RegistrationDoc>): Promise<void> {
    const after = await rows.findOneAndUpdate({ _id: lease.id, token: lease.token }, change, {
      returnDocument: 'after',
    })
    if (!after) throw new Error('Another process has taken this registration over.')
    registering.row = after
  }
}

function isWanted({ row, open, registration }: Registering): boolean {
  const isLeft = row.isOff || row.isSurplus === true || row.farewell !== undefined
  return !isLeft && (registration.canRegister?.(open.credentials[0]) ?? true)
}
