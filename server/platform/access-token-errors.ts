import type { FailureClass } from '../../connectors/sdk/errors.ts'

/** There is no valid access token, so nothing was sent to the vendor's API. */
export abstract class NoAccessToken extends Error {
  abstract readonly code: string
  abstract readonly class: FailureClass
  /** When the vendor asked to be tried again, as it wrote it. */
  readonly retryAfter: string | undefined

  constructor(message: string, options: ErrorOptions & { retryAfter?: string } = {}) {
    super(message, options)
    this.name = new.target.name
    this.retryAfter = options.retryAfter
  }
}

/** Nobody has signed in yet, or the vendor no longer accepts that sign-in. Only a person can mend it. */
export class SignInNeeded extends NoAccessToken {
  readonly code = 'sign_in_needed'
  readonly class = 'fix_connection'

  constructor() {
    super('Nobody is signed in at the vendor. Open the connection and sign in: what waits goes on by itself.')
  }
}

/** The token endpoint answered, and the answer is no. */
export class TokenRefused extends NoAccessToken {
  readonly code = 'token_refused'
  readonly class = 'fix_connection'
  /** The vendor's word for it, such as `invalid_client` (RFC 6749, 5.2); empty where it gave none. */
  readonly error: string

  constructor(error: string, message: string) {
    super(message)
    this.error = error
  }
}

/** The token endpoint could not be asked, or is not well. It says nothing about whether the sign-in still holds. */
export class TokenEndpointAway extends NoAccessToken {
  readonly code = 'token_endpoint_away'
  readonly class = 'retry'
}
