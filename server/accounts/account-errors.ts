import { HubError } from '../errors.ts'
import type { Permission } from './permission.ts'
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

/** A token that is limited hands out no more than it has. */
export class PermissionTooWide extends HubError {
  readonly code = 'permission_too_wide'

  constructor(own: readonly Permission[]) {
    super(
      `This token is limited to ${own.join(', ')}, so it cannot make one that may do more. Sign in to make it.`,
    )
  }
}

/** One answer for a wrong password, an unknown address and an account without a password. */
export class SignInRefused extends HubError {
  readonly code = 'sign_in_refused'

  constructor() {
    super(
      'This email and password do not go together. Check both, or ask an owner for a link to choose a new password.',
    )
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

/** Too many wrong passwords in a short time. The same for accounts that exist and for those that do not. */
export class TooManyAttempts extends HubError {
  readonly code = 'too_many_attempts'
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super(`That were too many attempts. Wait ${Math.ceil(retryAfterSeconds / 60)} minutes, then try again.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The link was used, revoked, has expired, or never was one. */
export class InvitationUnusable extends HubError {
  readonly code = 'invitation_unusable'

  constructor() {
    super(
      'This invitation cannot be used: it was used or revoked already, or it has expired. Ask for a new one.',
    )
  }
}

export class InvitationNotFound extends HubError {
  readonly code = 'invitation_not_found'

  constructor(id: string) {
    super(`There is no open invitation ${id} in this workspace. It may have been used or revoked already.`)
  }
}

export class AlreadyMember extends HubError {
  readonly code = 'already_member'

  constructor(email: string) {
    super(`${email} is a member of this workspace already. Change their role instead.`)
  }
}

export class MemberNotFound extends HubError {
  readonly code = 'member_not_found'

  constructor(id: string) {
    super(`There is no member ${id} in this workspace. They may have left it already.`)
  }
}

/** Without an owner nobody could invite one. */
export class LastOwner extends HubError {
  readonly code = 'last_owner'

  constructor() {
    super('This is the only owner of the workspace. Make somebody else an owner first.')
  }
}

/** A new password for somebody opens all their workspaces, so it takes somebody who owns all of them. */
export class OwnsTooLittle extends HubError {
  readonly code = 'owns_too_little'

  constructor() {
    super(
      'They belong to a workspace that you do not own, so you cannot let them choose a new password. ' +
        'Ask an owner of it, or the operator of this hub.',
    )
  }
}

export class SessionNotFound extends HubError {
  readonly code = 'session_not_found'

  constructor(id: string) {
    super(`You have no session ${id}. It may have ended already.`)
  }
}

/** A workspace that the person does not belong to: whether it exists is not theirs to know. */
export class NotYourWorkspace extends HubError {
  readonly code = 'not_your_workspace'

  constructor() {
    super('You are not a member of this workspace. Ask one of its owners for an invitation.')
  }
}

const identityProblems = {
  identity_has_no_account:
    'Nobody here has this email address. Ask an owner for an invitation, then sign in again.',
  identity_email_not_verified:
    'Your sign-in provider does not say that this email address is yours. Confirm it there, then sign in again.',
  identity_of_another:
    'The account with this email address belongs to somebody else at your sign-in provider. Ask the operator of this hub.',
  identity_sign_in_expired:
    'This took too long, or was begun in another browser or at another address. Sign in again.',
} as const

/** Somebody signed in at the identity provider and does not come in here; the code says why. */
export class IdentityRefused extends HubError {
  readonly code: keyof typeof identityProblems

  constructor(code: keyof typeof identityProblems) {
    super(identityProblems[code])
    this.code = code
  }
}
