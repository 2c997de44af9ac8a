import { HubError } from '../errors.ts'

export class PollNotFound extends HubError {
  readonly code = 'poll_not_found'

  constructor(id: string) {
    super(
      `There is no poll ${id} in this workspace. It may have gone with its connection or with a changed setting: look at the connection.`,
    )
  }
}
