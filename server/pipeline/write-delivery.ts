import type { Collection, UpdateFilter } from 'mongodb'
import { toDeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import type { Delivery } from '../deliveries/delivery.ts'
import { laneStates } from '../deliveries/delivery-state.ts'
import type { DeliveryState } from '../deliveries/delivery-state.ts'
import { replacementOf } from '../deliveries/replay-delivery.ts'
import type { Leases } from '../platform/leases.ts'
import type { Writes } from '../platform/writes.ts'
import type { Held } from './held-delivery.ts'

/** Records what becomes of deliveries, for the owner of their partition only. */
export interface DeliveryWriter {
  /** The document of a delivery as it is in hand. */
  documentOf(held: Held, leaseUntil?: Date): DeliveryDoc
  /** False where the delivery is no longer in one of these states or a newer owner has taken it over. */
  write(held: Held, from: readonly DeliveryState[], leaseUntil?: Date): Promise<boolean>
  /**
   * A sender that was believed dead got through after all: what arrived, arrived. What somebody has put in its place
   * meanwhile is not sent, unless it has been tried already.
   */
  recordLateSuccess(delivery: Delivery): Promise<void>
}

export function createDeliveryWriter(
  writes: Writes,
  deliveries: Collection<DeliveryDoc>,
  leases: Pick<Leases, 'token'>,
): DeliveryWriter {
  function documentOf({ delivery, partition }: Held, leaseUntil?: Date): DeliveryDoc {
    return toDeliveryDoc(delivery, {
      partition,
      open: laneStates.includes(delivery.state),
      fence: leases.token(partition),
      leaseUntil,
    })
  }

  return {
    documentOf,
    async write(held, from, leaseUntil) {
      const { delivery, storedInput } = held
      const isInputStored = delivery.input === storedInput
      const doc = documentOf(
        isInputStored ? { ...held, delivery: { ...delivery, input: undefined } } : held,
        leaseUntil,
      )
      const [written] = await writes.updateEach(deliveries, [
        {
          guard: { _id: doc._id, state: { $in: [...from] }, fence: { $lte: doc.fence } },
          change: changeTo(doc),
          // The attempt's id tells this sender's write from another's that wanted the same.
          landed: (now) =>
            now.state === doc.state && now.attempts.at(-1) === doc.attempts.at(-1) && now.fence === doc.fence,
        },
      ])
      if (written) held.storedInput = delivery.input
      return written === true
    },
    async recordLateSuccess(delivery) {
      const { dueAt } = delivery
      // First what is in its place: of a crash in between, nothing is sent twice.
      const reason = JSON.stringify({ code: 'arrived_after_all', data: { delivery: delivery.id } })
      await deliveries.updateOne(
        {
          _id: replacementOf(delivery),
          state: { $in: ['queued', 'parked', 'needs_mapping'] },
          attemptsUsed: 0,
        },
        {
          $set: { state: 'cancelled', reason, updatedAt: delivery.updatedAt },
          $unset: { open: 1, leaseUntil: 1, dueAt: 1 },
        },
      )
      await deliveries.updateOne(
        { _id: delivery.id, state: { $ne: 'delivered' } },
        {
          $set: {
            state: 'delivered',
            output: JSON.stringify(delivery.output),
            updatedAt: delivery.updatedAt,
            ...(dueAt ? { dueAt } : {}),
          },
          $push: { attempts: JSON.stringify(delivery.attempts.at(-1)) },
          $unset: { open: 1, leaseUntil: 1, reason: 1, ...(dueAt ? {} : { dueAt: 1 as const }) },
        },
      )
    },
  }
}

/** Everything about a delivery that can change once it has been made; what is undefined is left out on its way. */
function changeTo(doc: DeliveryDoc): UpdateFilter<DeliveryDoc> {
  const { state, mappingVersion, input, onlyIfEmpty, foundThere, mappedAt, output, updatedAt, fence } = doc
  const { attempts, attemptsUsed, open, dueAt, leaseUntil, reason, problems } = doc
  return {
    $set: {
      state,
      attempts,
      attemptsUsed,
      updatedAt,
      fence,
      mappingVersion,
      input,
      onlyIfEmpty,
      foundThere,
      mappedAt,
      output,
      open,
      dueAt,
      leaseUntil,
      reason,
      problems,
    },
    $unset: {
      ...(open === undefined ? { open: 1 } : {}),
      ...(dueAt === undefined ? { dueAt: 1 } : {}),
      ...(leaseUntil === undefined ? { leaseUntil: 1 } : {}),
      ...(reason === undefined ? { reason: 1 } : {}),
      ...(problems === undefined ? { problems: 1 } : {}),
    },
  }
}
