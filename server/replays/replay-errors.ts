import { HubError } from '../errors.ts'

export class ReplayNotFound extends HubError {
  readonly code = 'replay_not_found'

  constructor(id: string) {
    super(`There is no replay ${id} in this workspace.`)
  }
}

export class ReplayOver extends HubError {
  readonly code = 'replay_over'

  constructor() {
    super('This replay is over already, so there is nothing left to cancel.')
  }
}

export class ReplayTooLarge extends HubError {
  readonly code = 'replay_too_large'
  readonly max: number

  constructor(max: number) {
    super(
      `This is more than the ${max} that your role may replay at once. Ask somebody of ops to do it; receipts and deliveries can also be narrowed down.`,
    )
    this.max = max
  }
}

export class FlowStillPaused extends HubError {
  readonly code = 'flow_still_paused'

  constructor() {
    super('The flow is paused, so nothing can be sent through it. Turn it on first.')
  }
}

export class NothingToReplay extends HubError {
  readonly code = 'nothing_to_replay'

  constructor() {
    super('Nothing fits, so there is nothing to replay. Look at the list with the same filter.')
  }
}
