import type { DeliveryDoc } from '../deliveries/delivery-doc.ts'
import { laneStates } from '../deliveries/delivery-state.ts'

/** Of a delivery to a webhook, what a test has no opinion of. */
export const anyDelivery = {
  runId: 'run_1',
  flowId: 'flw_1',
  flowVersion: 1,
  stepId: 'stp_1',
  occurrence: 0,
  eventId: 'evt_1',
  connectorId: 'webhook',
  connectorVersion: 1,
  actionId: 'sendWebhook',
  mappingId: 'map_1',
  attemptsUsed: 0,
  confirmations: 0,
}

/** A delivery as the database holds it, made at `createdAt`; of the rest, what a test has no opinion of. */
export function storedDelivery(
  made: Pick<DeliveryDoc, '_id' | 'state' | 'createdAt'> & Partial<DeliveryDoc>,
): DeliveryDoc {
  const { _id, state, createdAt } = made
  return {
    workspaceId: 'wsp_a',
    ...anyDelivery,
    connectionId: 'con_1',
    attempts: [],
    lane: `lane of ${_id}`,
    position: 0,
    updatedAt: createdAt,
    partition: 0,
    fence: 0,
    ...(laneStates.includes(state) ? { open: true as const } : {}),
    ...(state === 'sending' ? { dueAt: createdAt } : {}),
    ...made,
  }
}
