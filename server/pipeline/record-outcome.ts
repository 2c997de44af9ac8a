import type { AnyAction } from '#sdk'
import type { OpenConnection } from '../connections/connection-directory.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import { nextState } from '../deliveries/next-state.ts'
import type { NextState } from '../deliveries/next-state.ts'
import type { Reason } from '../errors.ts'
import { traceIdOf } from '../platform/tracing.ts'
import { isTooLarge } from '../platform/writes.ts'
import { left, settled } from './attempt-states.ts'
import type { AttemptOutcome } from './deliver.ts'
import type { DestinationHealth } from './destination-health.ts'
import type { Held } from './held-delivery.ts'
import { logAttempt } from './log-attempt.ts'
import type { LogAttemptDeps } from './log-attempt.ts'
import { noteHealth } from './note-health.ts'
import type { DeliveryWriter } from './write-delivery.ts'

export interface RecordOutcomeDeps extends LogAttemptDeps {
  health: DestinationHealth
  now: () => Date
  random: () => number
  /** By when the deliveries of steps that wait for this one are to have been made; nothing where none waits. */
  followUpDue: (delivered: Delivery) => Promise<Date | undefined>
  /** Makes them, now that the success is recorded. */
  continueRun: (delivered: Delivery) => Promise<void>
  /** The vendor said that this address is gone for good. */
  onGone: (open: OpenConnection, reason: Reason) => Promise<void>
  writer: DeliveryWriter
  isStopping: () => boolean
}

const AGAIN_MS = 500

/** After an attempt: the state it leads to, what went over the wire, and what it says about the destination. */
export async function recordAttempt(
  deps: RecordOutcomeDeps,
  held: Held,
  outcome: AttemptOutcome,
  open: OpenConnection | undefined,
  action: AnyAction | undefined,
): Promise<void> {
  const { writer } = deps
  const { result, exchanges, input, foundThere } = outcome
  const { delivery } = held
  const next = nextState(result, {
    repeat: action?.repeat ?? 'unsafe',
    attemptsUsed: delivery.attemptsUsed,
    canConfirm: action?.confirm !== undefined,
    createdAt: delivery.createdAt,
    now: deps.now(),
    random: deps.random,
  })
  held.delivery = settled(delivery, next, result, deps.now())
  if (result.outcome !== 'interrupted' && (input !== delivery.input || foundThere))
    held.delivery = { ...held.delivery, input, ...(foundThere ? { foundThere } : {}) }
  const record = async () => {
    const followUp = result.outcome === 'delivered' ? await deps.followUpDue(delivery) : undefined
    if (followUp) held.delivery = { ...held.delivery, dueAt: followUp }
    const written = await writer.write(held, ['sending'])
    if (!written && result.outcome === 'delivered') await writer.recordLateSuccess(held.delivery)
    if (followUp) await deps.continueRun(held.delivery)
  }
  await untilRecorded(deps, delivery, async () => {
    try {
      await record()
    } catch (err) {
      if (!isTooLarge(err)) throw err
      // That it arrived must not be lost for the length of the answer; how it began is in the exchange.
      held.delivery = withoutAnswers(held.delivery)
      deps.log.warn({ stage: 'delivery.answer_not_kept', delivery: delivery.id, err })
      await record()
    }
  })
  const attempt = held.delivery.attempts.at(-1)
  if (attempt) logAttempt(deps, held.delivery, attempt, exchanges)
  if (open) await noteHealth(deps, held, result, open)
}

function withoutAnswers(delivery: Delivery): Delivery {
  const { foundThere: _foundThere, output, ...rest } = delivery
  return output ? { ...rest, output: {} } : rest
}

/** A delivery whose turn ends without an attempt. */
export async function recordLeft(deps: RecordOutcomeDeps, held: Held, next: NextState): Promise<void> {
  held.delivery = left(held.delivery, next, deps.now())
  await deps.writer.write(held, ['queued', 'retrying', 'parked'])
  deps.metrics.deliveries.of(held.delivery.connectorId).add(next.state)
  deps.log.info({
    stage: 'delivery.left',
    delivery: held.delivery.id,
    connection: held.delivery.connectionId,
    state: next.state,
    reason: next.reason?.code,
    trace: traceIdOf(held.delivery.trace),
  })
  deps.live.publish({ workspaceId: held.delivery.workspaceId, kind: 'delivery', id: held.delivery.id })
}

/**
 * The database may be away for a moment, and the outcome is known here alone: while nobody else may take the delivery
 * up, recording it is tried again. Given up too early, what arrived would be sent again or be called doubtful.
 */
async function untilRecorded(
  { now, isStopping, log }: RecordOutcomeDeps,
  { dueAt }: Delivery,
  record: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      return await record()
    } catch (err) {
      const mayWait = dueAt !== undefined && dueAt.getTime() - now().getTime() > AGAIN_MS
      if (isStopping() || !mayWait) throw err
      log.warn({ stage: 'delivery.recorded_late', err })
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}
