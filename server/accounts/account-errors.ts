import { HubError } from '../errors.ts'
import type { Role } from './role.ts'

export class TokenNotFound extends HubError {
  readonly code = 'token_not_found'

  constructor(id: string) {
    super(`There is no token ${id} in this workspace. It may have been revoked already.`)
  }
}

/** Nobody hands out, or takes away, more than they have. */
export class RoleTooHigh extends HubError {
  readonly code = 'role_too_high'

  constructor(own: Role, wanted: Role) {
    super(
      `Your role is ${own}, so you cannot make or revoke a token with the role ${wanted}. Ask an owner to do it.`,
    )
  }
}

/** One answer for a wrong password, an unknown address and an account without a password. */
export class SignInRefused extends HubError {
  readonly code = 'sign_in_refused'

  constructor() {
    super('This email and password do not go together. Check both, or ask an owner for a new invitation.')
  }
}

const passwordProblems = {
  password_too_short: 'Use at least 12 characters. Any will do, spaces too: a few words are easiest to keep.',
  password_too_long: 'Use at most 200 characters.',
  password_too_simple: 'This password repeats itself. Use at least 12 characters that nobody would guess.',
  password_holds_name:
    'This password is mostly your name or address, which others know. Use at least 12 characters that nobody would guess.',
} as const

/** A password that may not be chosen; the code says why. */
export class PasswordUnfit extends HubError {
  readonly code: keyof typeof passwordProblems

  constructor(code: keyof typeof passwordProblems) {
    super(passwordProblems[code])
    this.code = code
  }
}

/** The set-up link was used, has expired, or never was one. */
export class SetUpClosed extends HubError {
  readonly code = 'set_up_closed'

  constructor() {
    super(
      'This link does not open the set-up: it was used already, or it has expired. ' +
        'If nobody has an account yet, start the hub again: it prints a new link.',
    )
  }
}
