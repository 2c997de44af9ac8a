import type { Repeat } from '#sdk'
import type { Reason } from '../errors.ts'
import type { Failure } from '../pipeline/classify-failure.ts'
import type { DeliveryState } from './delivery-state.ts'
import { retryPause } from './retry-schedule.ts'

/** How one attempt ended. */
export type AttemptResult =
  | { outcome: 'delivered'; output: Record<string, unknown> }
  | { outcome: 'failed'; failure: Failure; mayHaveWritten: boolean }
  /** The process that made it is gone; nobody knows. */
  | { outcome: 'interrupted' }

export interface NextState {
  state: DeliveryState
  reason?: Reason
  dueAt?: Date
}

/** When a doubtful delivery's action is asked whether it arrived, counted from the doubt. */
export const confirmPausesMs = [10_000, 60_000, 600_000] as const
/** A delivery that is parked is given up when it is as old as this. */
const PARKED_MS_MAX = 30 * 24 * 3_600_000

/**
 * Where an attempt leads. A failure after a request with effects may have left is repeated only where repeating is
 * harmless (`safe`) or the vendor recognises the key (`key`); otherwise the delivery is unconfirmed.
 */
export function nextState(
  result: AttemptResult,
  context: {
    repeat: Repeat
    attemptsUsed: number
    canConfirm: boolean
    createdAt: Date
    now: Date
    random: () => number
  },
): NextState {
  const { repeat, now } = context
  if (result.outcome === 'delivered') return { state: 'delivered' }

  const repeatable = repeat !== 'unsafe'
  if (result.outcome === 'interrupted') {
    if (!repeatable) return unconfirmed({ code: 'interrupted' }, context)
    return { state: 'retrying', reason: { code: 'interrupted' }, dueAt: now }
  }
  const { failure, mayHaveWritten } = result
  if (mayHaveWritten && !repeatable) return unconfirmed(failure.reason, context)
  switch (failure.class) {
    case 'retry': {
      const pauseMs = retryPause(context.attemptsUsed, context.random)
      if (pauseMs === undefined)
        return { state: 'failed', reason: { code: 'retries_exhausted', data: { last: failure.reason } } }
      // Never sooner than the schedule, or a vendor that says "at once" has used it up in a moment.
      const dueAt = new Date(Math.max(now.getTime() + pauseMs, failure.retryAt?.getTime() ?? 0))
      return { state: 'retrying', reason: failure.reason, dueAt }
    }
    case 'fix_connection':
      return parked({ code: 'connection_must_be_fixed', data: { because: failure.reason } }, context)
    case 'fix_mapping':
      return { state: 'refused', reason: failure.reason }
    case 'gone':
      return { state: 'failed', reason: { code: 'gone', data: { because: failure.reason } } }
  }
}

/** Counted from when it was made: it may be parked again and again, by each probe that fails. */
export function parked(reason: Reason, { createdAt }: { createdAt: Date }): NextState {
  return { state: 'parked', reason, dueAt: new Date(createdAt.getTime() + PARKED_MS_MAX) }
}

function unconfirmed(because: Reason, { canConfirm, now }: { canConfirm: boolean; now: Date }): NextState {
  const dueAt = canConfirm ? { dueAt: new Date(now.getTime() + confirmPausesMs[0]) } : {}
  return { state: 'unconfirmed', reason: { code: 'may_have_arrived', data: { because } }, ...dueAt }
}
