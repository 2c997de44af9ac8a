import type { AnyAction } from '#sdk'
import type { Attempt, Delivery } from '../deliveries/delivery.ts'
import type { AttemptResult, NextState } from '../deliveries/next-state.ts'
import { ATTEMPT_MS_MAX } from './deliver.ts'

/** Longer than any attempt lasts: after this the sender is gone. */
const SENDING_MS_MAX = ATTEMPT_MS_MAX + 10_000
const ATTEMPTS_KEPT = 20
/** A little longer than a formula stays suspended. */
const SUSPENDED_MS = 65_000

/** When an attempt that starts now is given up as interrupted, if nobody has recorded how it ended. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + SENDING_MS_MAX)
}

/** A delivery at the start of an attempt. */
export function sending(delivery: Delivery, attemptId: string, now: Date): Delivery {
  const attempt: Attempt = { id: attemptId, startedAt: now, outcome: 'interrupted' }
  return {
    ...delivery,
    reason: undefined,
    state: 'sending',
    dueAt: leaseEnd(now),
    attempts: [...delivery.attempts, attempt].slice(-ATTEMPTS_KEPT),
    attemptsUsed: delivery.attemptsUsed + 1,
    updatedAt: now,
  }
}

/** A delivery at the end of an attempt. */
export function settled(delivery: Delivery, next: NextState, result: AttemptResult, now: Date): Delivery {
  const attempts = delivery.attempts.map((attempt, at): Attempt =>
    at === delivery.attempts.length - 1 ? { ...attempt, endedAt: now, ...ending(result, next) } : attempt,
  )
  return {
    ...delivery,
    reason: undefined,
    dueAt: undefined,
    ...next,
    attempts,
    ...(result.outcome === 'delivered' ? { output: result.output } : {}),
    // Time spent parked uses up none of the schedule.
    attemptsUsed: next.state === 'parked' ? delivery.attemptsUsed - 1 : delivery.attemptsUsed,
    updatedAt: now,
  }
}

/** A delivery whose turn ends without an attempt. */
export function left(delivery: Delivery, next: NextState, now: Date): Delivery {
  return { ...delivery, reason: undefined, dueAt: undefined, ...next, updatedAt: now }
}

/** A formula that was stopped a moment ago is not tried again at once; everything else is for a person to mend. */
export function unmapped({ problems = [] }: Pick<Delivery, 'problems'>, now: Date): NextState {
  if (problems.some(({ code }) => code === 'formula_suspended')) {
    const dueAt = new Date(now.getTime() + SUSPENDED_MS)
    return { state: 'retrying', reason: { code: 'formula_suspended' }, dueAt }
  }
  const isTooLarge = problems.some(({ code }) => code === 'input_too_large')
  return { state: 'needs_mapping', reason: { code: isTooLarge ? 'input_too_large' : 'fields_missing' } }
}

/** A message to a person that would come so late that it is better not sent. */
export function isStale({ createdAt }: Delivery, { staleAfterMs }: AnyAction, now: Date): boolean {
  return staleAfterMs !== undefined && now.getTime() - createdAt.getTime() > staleAfterMs
}

function ending(
  result: AttemptResult,
  next: NextState,
): Pick<Attempt, 'outcome' | 'class' | 'reason' | 'status'> {
  if (result.outcome !== 'failed') return { outcome: result.outcome }
  const { failure } = result
  return {
    outcome: next.state === 'unconfirmed' ? 'unconfirmed' : 'failed',
    class: failure.class,
    reason: failure.reason,
    ...(failure.status === undefined ? {} : { status: failure.status }),
  }
}
