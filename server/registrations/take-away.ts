import { backOff } from '../platform/back-off.ts'
import { jittered } from '../platform/jittered.ts'
import type { Registering, RunRegistrationDeps } from './run-registration.ts'
import { failureOf, readVendorState, vendorContext } from './vendor-context.ts'

const PAUSES = { firstMs: 60_000, maxMs: 6 * 3_600_000 }
/** About a day; then it is left to a person, who is told. */
const TRIES_MAX = 12

/**
 * Takes a webhook away from the vendor that is not wanted any more, and comes back with when to try again. Its row goes
 * with it where nobody could want it back.
 */
export async function takeAway(
  deps: RunRegistrationDeps,
  registering: Registering,
): Promise<Date | undefined> {
  const { row, save } = registering
  const former = row.vendorState === undefined ? row.former : [...row.former, row.vendorState]
  await save({
    $set: { former, state: 'removing' },
    $unset: { vendorState: 1, urlPrint: 1, expiresAt: 1, again: 1, tryId: 1 },
  })
  const again = await removeFormer(deps, registering)
  if (again) return again
  if (registering.row.farewell || registering.row.isSurplus) {
    await deps.rows.deleteOne({ _id: row._id, token: row.token })
    return undefined
  }
  await save({ $set: { state: registering.row.isOff ? 'removed' : 'none' } })
  return undefined
}

/** Removes what another webhook stands for, or nobody wants. When to try again, where the vendor could not do it now. */
export async function removeFormer(
  deps: RunRegistrationDeps,
  registering: Registering,
): Promise<Date | undefined> {
  const { open, registration, save } = registering
  for (const state of registering.row.former) {
    try {
      await registration.remove(vendorContext(deps, open, registering.row.subject), readVendorState(state))
    } catch (err) {
      if (deps.stopping.aborted) return deps.now()
      const again = await noteFailure(deps, registering, err)
      if (again) return again
    }
    await save({ $pull: { former: state } })
    deps.log.info({
      stage: 'registration.removed',
      registration: registering.row._id,
      connection: registering.row.connectionId,
    })
  }
  return undefined
}

/** Undefined where it has been tried often enough. */
async function noteFailure(
  deps: RunRegistrationDeps,
  { row, open, save }: Registering,
  err: unknown,
): Promise<Date | undefined> {
  const { reason, retryAt } = failureOf(err, open, deps.now())
  const failures = row.failures + 1
  const isEnough = failures >= TRIES_MAX
  await save({
    $set: {
      failures: isEnough ? 0 : failures,
      reason: isEnough ? { code: 'webhook_left_at_vendor', data: { because: reason } } : reason,
      ...(retryAt ? { notBefore: retryAt } : {}),
    },
  })
  deps.log.warn({
    stage: isEnough ? 'registration.left_behind' : 'registration.not_removed',
    registration: row._id,
    connection: row.connectionId,
    reason: reason.code,
    failures,
  })
  return isEnough ? undefined : jittered(backOff(failures, PAUSES), deps.now(), deps.random(), retryAt)
}
