import { HubError } from '../errors.ts'

export class RegistrationNotPossible extends HubError {
  readonly code = 'registration_not_possible'

  constructor(connector: string) {
    super(
      `${connector} has no way for a program to set its webhooks up. Do it by hand: the steps are beside the connection.`,
    )
  }
}
