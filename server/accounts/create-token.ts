import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid } from '../input-invalid.ts'
import { parseName } from '../parse-name.ts'
import { MemberNotFound, PermissionTooWide, RoleTooHigh, TokenNotFound } from './account-errors.ts'
import { isPermitted } from './permission.ts'
import type { Permission } from './permission.ts'
import { isAtLeast } from './role.ts'
import type { Caller, Role } from './role.ts'
import { newToken, tokenHash } from './token-store.ts'
import type { ApiToken } from './token-store.ts'

/** A new token with the only sight of its secret that anybody will ever have. */
export interface CreatedToken {
  /** The token's id. */
  id: string
  token: ApiToken
  secret: string
}

export interface TokenInput {
  name: string
  role: Role
  permissions?: readonly Permission[] | null | undefined
  expiresAt?: Date | null | undefined
}

/**
 * Makes a token for the API, with at most the maker's own role. One that a token makes has at most that token's
 * permissions and life, and ends with it: who finds a token cannot make themselves a better or a longer one. Throws
 * `TokenNotFound` or `MemberNotFound` where the maker has gone since the request began.
 */
export async function createToken(
  deps: Pick<WorkspaceDeps, 'tokens' | 'members' | 'workspaceId' | 'newId' | 'now'>,
  maker: { caller: Caller | undefined; role: Role },
  input: TokenInput,
): Promise<CreatedToken> {
  const name = parseName(input.name)
  if (!isAtLeast(maker.role, input.role)) throw new RoleTooHigh(maker.role, input.role)
  const createdAt = deps.now()
  if (input.expiresAt && input.expiresAt <= createdAt) {
    throw new InputInvalid([{ path: 'expiresAt', message: 'is in the past' }])
  }
  if (input.permissions?.length === 0) {
    throw new InputInvalid([{ path: 'permissions', message: 'is empty: name at least one, or leave it out' }])
  }
  const parent = maker.caller?.kind === 'token' ? await deps.tokens.find(maker.caller.id) : undefined
  // A token that is gone has no limits to hand on, which is not the same as having had none.
  if (maker.caller?.kind === 'token' && !parent) throw new TokenNotFound(maker.caller.id)
  const wanted = input.permissions ?? undefined
  if (parent?.permissions && !(wanted ?? []).every((each) => isPermitted(parent.permissions, each))) {
    throw new PermissionTooWide(parent.permissions)
  }
  const permitted = wanted ?? parent?.permissions
  const expiresAt = earlierOf(input.expiresAt ?? undefined, parent?.expiresAt)
  const boundTo = maker.caller?.kind === 'user' ? maker.caller.id : parent?.boundTo
  const secret = newToken()
  const token: ApiToken = {
    id: deps.newId('tok'),
    workspaceId: deps.workspaceId,
    name,
    role: input.role,
    ...(permitted ? { permissions: [...permitted] } : {}),
    ...(expiresAt ? { expiresAt } : {}),
    createdAt,
    ...(maker.caller ? { createdBy: maker.caller.id } : {}),
    ...(boundTo ? { boundTo } : {}),
  }
  await deps.tokens.add(token, tokenHash(secret))
  // What ended the maker meanwhile took along what they had made by then: this one has to go the same way.
  const gone = await whyGone(deps, maker.caller)
  if (gone) {
    await deps.tokens.remove(token.id)
    throw gone
  }
  return { id: token.id, token, secret }
}

async function whyGone(
  { tokens, members }: Pick<WorkspaceDeps, 'tokens' | 'members'>,
  caller: Caller | undefined,
): Promise<TokenNotFound | MemberNotFound | undefined> {
  if (caller?.kind === 'token' && !(await tokens.find(caller.id))) return new TokenNotFound(caller.id)
  if (caller?.kind === 'user' && !(await members.find(caller.id))) return new MemberNotFound(caller.id)
  return undefined
}

function earlierOf(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other
  return one < other ? one : other
}
