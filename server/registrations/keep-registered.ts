import { createHash, randomBytes } from 'node:crypto'
import type { UpdateFilter } from 'mongodb'
import { HttpStatusError } from '#sdk'
import { addCredentials } from '../connections/add-credentials.ts'
import { isUsable } from '../connections/connection-directory.ts'
import type { OpenConnection } from '../connections/connection-directory.ts'
import { backOff } from '../platform/back-off.ts'
import { isLocalAddress } from '../platform/is-local-address.ts'
import { jittered } from '../platform/jittered.ts'
import type { RegistrationDoc } from './registration-store.ts'
import type { Registering, RunRegistrationDeps } from './run-registration.ts'
import { removeFormer } from './take-away.ts'
import { failureOf, readVendorState, vendorContext } from './vendor-context.ts'

const DAY_MS = 86_400_000
const CHECK_MS = DAY_MS
/** A webhook is renewed so long before its end, or when a quarter of its time is left, whichever is later. */
const RENEW_BEFORE_MS = DAY_MS
const HELD_MS = 600_000
const PAUSES = { firstMs: 60_000, maxMs: 6 * 3_600_000 }
/** A vendor that is away for a moment says nothing about a webhook that stands. */
const PATIENCE = 3

/**
 * Sees to it that the vendor has the webhook as it should be, and comes back with when to look again. A new one is set
 * up before a former one is taken away, so that nothing is missed; what both bring counts once.
 */
export async function keepRegistered(
  deps: RunRegistrationDeps,
  registering: Registering,
): Promise<Date | undefined> {
  const { open, save } = registering
  const at = deps.now()
  if (open.needsSignIn) {
    await save({ $set: { reason: { code: 'sign_in_needed' } } })
    return new Date(at.getTime() + HELD_MS)
  }
  if (isOutOfReach(deps.publicUrl, open)) {
    const reason = { code: 'hub_not_reachable', data: { publicUrl: deps.publicUrl } }
    await save({ $set: { state: 'none', reason } })
    return undefined
  }
  try {
    const because = await whyRegister(deps, registering)
    if (because === 'renewal_due' && registering.registration.renew) await renew(deps, registering)
    else if (because) await register(deps, registering, because)
    else if (registering.row.former.length === 0) await save(nothingWrong)
  } catch (err) {
    return noteFailure(deps, registering, err)
  }
  const leftover = await removeFormer(deps, registering)
  return leftover ?? nextLook(deps, registering)
}

const nothingWrong = {
  $set: { state: 'active', failures: 0 },
  $unset: { reason: 1, notBefore: 1 },
} satisfies UpdateFilter<RegistrationDoc>

/** A vendor on the internet cannot reach a hub that only this machine or network can; one beside the hub can. */
export function isOutOfReach(
  publicUrl: string,
  open: Pick<OpenConnection, 'connection' | 'connector' | 'credentials'>,
): boolean {
  if (!isLocalAddress(publicUrl)) return false
  const vendor = vendorAddressOf(open)
  return vendor === undefined || !isLocalAddress(vendor)
}

/** Where the vendor's API is. Of a tool that people run themselves, and of accounts with addresses of their own, the form says it. */
function vendorAddressOf({
  connection,
  connector,
  credentials,
}: Pick<OpenConnection, 'connection' | 'connector' | 'credentials'>): string | undefined {
  return connection.apiUrl ?? connector.auth.http?.(credentials[0])?.prefixUrl
}

function standingAt(open: OpenConnection): Pick<RegistrationDoc, 'standsAt'> {
  const standsAt = vendorAddressOf(open)
  return standsAt === undefined ? {} : { standsAt }
}

/**
 * Forgets what stands in another account than the connection's of today, and says whether there was anything. Vendors
 * number their webhooks, so that the same number here is somebody else's, who would lose it.
 */
export async function leaveFormerAccount({ row, open, save }: Registering): Promise<boolean> {
  const isHere = row.standsAt === undefined || row.standsAt === vendorAddressOf(open)
  if (isHere || (row.vendorState === undefined && row.former.length === 0)) return false
  await save({
    $set: { former: [] },
    $unset: { vendorState: 1, urlPrint: 1, expiresAt: 1, standsAt: 1, tryId: 1 },
  })
  return true
}

/** What tells one public address from another without telling it. */
export function urlPrintOf({ hookUrl }: OpenConnection): string {
  return createHash('sha256').update(hookUrl).digest('hex')
}

async function whyRegister(
  deps: RunRegistrationDeps,
  { row, open, registration, save }: Registering,
): Promise<string | undefined> {
  if (row.again) return 'asked_for'
  if (row.vendorState === undefined) return 'not_yet'
  if (row.urlPrint !== urlPrintOf(open)) return 'address_changed'
  const at = deps.now()
  if (row.expiresAt && renewalAt(row.registeredAt ?? at, row.expiresAt) <= at) return 'renewal_due'
  if (!registration.check || (row.checkedAt && at.getTime() - row.checkedAt.getTime() < CHECK_MS))
    return undefined
  const context = vendorContext(deps, open, row.subject)
  const found = await registration.check(context, readVendorState(row.vendorState), { url: open.hookUrl })
  await save({ $set: { checkedAt: at, ...standingAt(open) } })
  return found === 'active' ? undefined : found
}

async function register(deps: RunRegistrationDeps, registering: Registering, because: string): Promise<void> {
  const { registration, save } = registering
  const open = await withSecret(deps, registering)
  const { row } = registering
  const tryId = row.tryId ?? deps.newId('reg').slice('reg_'.length)
  await save({ $set: { tryId, ...(row.vendorState === undefined ? { state: 'registering' } : {}) } })

  const hook = { url: open.hookUrl, id: tryId }
  const made = await registration.register(vendorContext(deps, open, row.subject), hook)
  // Before anything else: what the vendor sends from now on is checked with them.
  if (made.secrets) await addCredentials(deps, open.connection, made.secrets)
  const at = deps.now()
  await save({
    $set: {
      state: 'active',
      vendorState: JSON.stringify(made.state),
      former: row.vendorState === undefined ? row.former : [...row.former, row.vendorState],
      urlPrint: urlPrintOf(open),
      ...standingAt(open),
      registeredAt: at,
      checkedAt: at,
      failures: 0,
      ...(made.expiresAt ? { expiresAt: made.expiresAt } : {}),
    },
    $unset: { tryId: 1, again: 1, reason: 1, notBefore: 1, ...(made.expiresAt ? {} : { expiresAt: 1 }) },
  })
  deps.log.info({
    stage: 'registration.made',
    registration: row._id,
    connection: row.connectionId,
    because,
    expires_at: made.expiresAt?.toISOString(),
  })
}

/** The connection with the secret that its hooks will carry, made up by the hub where the connector leaves that to it. */
async function withSecret(
  deps: RunRegistrationDeps,
  { open, registration }: Registering,
): Promise<OpenConnection> {
  const { secretField } = registration
  if (!secretField || open.credentials[0]?.[secretField]) return open
  const secret = randomBytes(32).toString('base64url')
  // Another registration of the same connection may do this at the same moment: one secret serves all.
  const filled = await addCredentials(deps, open.connection, { [secretField]: secret }, { onlyBlank: true })
  // Not from the directory, which may not have heard of it yet.
  const now = filled && deps.connections.open(filled)
  if (!isUsable(now)) throw new Error('The connection was changed while its webhook was being registered.')
  return now
}

async function renew(
  deps: RunRegistrationDeps,
  { row, open, registration, save }: Registering,
): Promise<void> {
  const context = vendorContext(deps, open, row.subject)
  const renewed = await registration.renew?.(context, readVendorState(row.vendorState ?? '{}'))
  if (!renewed) return
  await save({
    $set: {
      state: 'active',
      vendorState: JSON.stringify(renewed.state),
      registeredAt: deps.now(),
      failures: 0,
      ...(renewed.expiresAt ? { expiresAt: renewed.expiresAt } : {}),
    },
    $unset: { reason: 1, notBefore: 1, ...(renewed.expiresAt ? {} : { expiresAt: 1 }) },
  })
  deps.log.info({ stage: 'registration.renewed', registration: row._id, connection: row.connectionId })
}

async function noteFailure(
  deps: RunRegistrationDeps,
  { row, open, save }: Registering,
  err: unknown,
): Promise<Date> {
  const at = deps.now()
  // The process ends, or a person is waiting no longer: nobody's failure.
  if (deps.stopping.aborted) return at
  const failure = failureOf(err, open, at)
  const failures = row.failures + 1
  const stands = row.vendorState !== undefined && (!row.expiresAt || row.expiresAt > at)
  const isPatient = stands && failure.class === 'retry' && failures < PATIENCE
  // The vendor has answered, so this name is used up; without an answer the same name may be found there again.
  const isAnswered = err instanceof HttpStatusError && err.status < 500
  await save({
    $set: {
      state: isPatient ? row.state : 'failing',
      failures,
      reason: failure.reason,
      ...(failure.retryAt ? { notBefore: failure.retryAt } : {}),
    },
    ...(isAnswered ? { $unset: { tryId: 1 } } : {}),
  })
  deps.log.warn({
    stage: 'registration.failed',
    registration: row._id,
    connection: row.connectionId,
    reason: failure.reason.code,
    failures,
  })
  return jittered(backOff(failures, PAUSES), at, deps.random(), failure.retryAt)
}

/** For the next renewal or check, whichever comes first; never where there is neither. */
function nextLook(deps: RunRegistrationDeps, { row, registration }: Registering): Date | undefined {
  const at = deps.now()
  const renewal = row.expiresAt && renewalAt(row.registeredAt ?? at, row.expiresAt).getTime()
  const check = registration.check && (row.checkedAt ?? at).getTime() + CHECK_MS
  const next = Math.min(renewal ?? Infinity, check ?? Infinity)
  return next === Infinity ? undefined : jittered(Math.max(next - at.getTime(), 0), at, deps.random())
}

function renewalAt(registeredAt: Date, expiresAt: Date): Date {
  const quarterMs = (expiresAt.getTime() - registeredAt.getTime()) / 4
  return new Date(expiresAt.getTime() - Math.min(RENEW_BEFORE_MS, quarterMs))
}
