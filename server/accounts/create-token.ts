import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid } from '../input-invalid.ts'
import { parseName } from '../parse-name.ts'
import { RoleTooHigh } from './account-errors.ts'
import { isAtLeast } from './role.ts'
import type { Role } from './role.ts'
import { newToken, tokenHash } from './token-store.ts'
import type { ApiToken } from './token-store.ts'

/** A new token with the only sight of its secret that anybody will ever have. */
export interface CreatedToken {
  /** The token's id. */
  id: string
  token: ApiToken
  secret: string
}

/** Makes a token for the API, with at most the maker's own role. */
export async function createToken(
  deps: Pick<WorkspaceDeps, 'tokens' | 'workspaceId' | 'newId' | 'now'>,
  own: Role,
  input: { name: string; role: Role; expiresAt?: Date | null },
): Promise<CreatedToken> {
  const name = parseName(input.name)
  if (!isAtLeast(own, input.role)) throw new RoleTooHigh(own, input.role)
  const createdAt = deps.now()
  if (input.expiresAt && input.expiresAt <= createdAt) {
    throw new InputInvalid([{ path: 'expiresAt', message: 'is in the past' }])
  }
  const secret = newToken()
  const token: ApiToken = {
    id: deps.newId('tok'),
    workspaceId: deps.workspaceId,
    name,
    role: input.role,
    ...(input.expiresAt ? { expiresAt: input.expiresAt } : {}),
    createdAt,
  }
  await deps.tokens.add(token, tokenHash(secret))
  return { id: token.id, token, secret }
}
