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
