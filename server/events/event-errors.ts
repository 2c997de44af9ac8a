import { HubError } from '../errors.ts'

export class EventNotFound extends HubError {
  readonly code = 'event_not_found'

  constructor(id: string) {
    super(`There is no event ${id} in this workspace. Choose one from the list of events.`)
  }
}
