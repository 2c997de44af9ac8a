import { HubError } from '../errors.ts'

export class SignInNotOffered extends HubError {
  readonly code = 'sign_in_not_offered'

  constructor() {
    super(
      'There is nothing to sign in to: this connection works with what was typed in. Choose the way of signing in among its credentials first.',
    )
  }
}

export class SignInElsewhere extends HubError {
  readonly code = 'sign_in_elsewhere'

  constructor(publicUrl: string) {
    super(
      `This page is open at another address than the one that the vendor sends you back to. Open ${publicUrl} and sign in there, or set PUBLIC_URL to the address you use.`,
    )
  }
}

/** What can go wrong between leaving for the vendor and coming back. */
export type SignInProblem =
  | 'vendor_sign_in_unknown'
  | 'vendor_sign_in_expired'
  | 'vendor_sign_in_elsewhere'
  | 'vendor_sign_in_denied'
  | 'vendor_sign_in_refused'
  | 'vendor_away'

export class SignInFailed extends HubError {
  readonly code: SignInProblem

  constructor(code: SignInProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
