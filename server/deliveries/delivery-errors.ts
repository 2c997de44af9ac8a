import { HubError } from '../errors.ts'
import type { DeliveryState } from './delivery-state.ts'

export class DeliveryNotFound extends HubError {
  readonly code = 'delivery_not_found'

  constructor(id: string) {
    super(`There is no delivery ${id} in this workspace. It may be older than deliveries are kept.`)
  }
}

/** The delivery is in a state in which this cannot be done, perhaps since a moment. */
export class DeliveryStateUnsuitable extends HubError {
  readonly code = 'delivery_state_unsuitable'
  readonly state: DeliveryState

  constructor(state: DeliveryState, wanted: readonly DeliveryState[]) {
    super(`This delivery is ${state}; this can only be done while it is ${listed(wanted)}. Look at it again.`)
    this.state = state
  }
}

/** It has arrived; sending it again has to be asked for in so many words. */
export class DeliveryArrivedAlready extends HubError {
  readonly code = 'delivery_arrived_already'

  constructor() {
    super('This delivery has arrived. To send it a second time all the same, say so with evenIfDelivered.')
  }
}

function listed(states: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(states)
}
