/**
 * - `queued`: waits for its turn. `sending`: an attempt is under way. `retrying`: waits for its next attempt.
 * - `parked`: its connection is paused, sick or has to be mended; it goes on by itself afterwards.
 * - `needs_mapping`, `refused`, `failed`: a person has to mend something; a corrected delivery takes its place.
 * - `unconfirmed`: may have arrived, and must not simply be sent again.
 * - `delivered`, `skipped`, `cancelled`: over.
 */
export const deliveryStates = [
  'queued',
  'sending',
  'retrying',
  'parked',
  'needs_mapping',
  'refused',
  'failed',
  'unconfirmed',
  'delivered',
  'skipped',
  'cancelled',
] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** States in which a person has to mend something or to decide; then a corrected delivery takes its place. */
export const troubledStates = [
  'needs_mapping',
  'refused',
  'failed',
  'unconfirmed',
] as const satisfies DeliveryState[]

/** States in which a delivery waits to be sent; a later one of its lane waits for it. */
export const waitingStates = ['queued', 'retrying', 'parked'] as const satisfies DeliveryState[]

/** States in which a delivery holds up later ones of its lane. */
export const laneStates: readonly DeliveryState[] = [...waitingStates, 'sending']
