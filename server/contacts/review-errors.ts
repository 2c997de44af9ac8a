import { HubError } from '../errors.ts'

export class ReviewNotFound extends HubError {
  readonly code = 'review_not_found'

  constructor(id: string) {
    super(`There is nothing to decide about ${id} in this workspace.`)
  }
}

export class ReviewDecided extends HubError {
  readonly code = 'review_decided'

  constructor() {
    super('Somebody has decided this already. Look at the contacts again.')
  }
}
