import type { WorkspaceDeps } from '../deps.ts'
import { RoleTooHigh, TokenNotFound } from './account-errors.ts'
import { isAtLeast } from './role.ts'
import type { Role } from './role.ts'

/** Ends a token at once; what it has open ends within half a minute. */
export async function revokeToken(
  { tokens }: Pick<WorkspaceDeps, 'tokens'>,
  own: Role,
  id: string,
): Promise<{ id: string }> {
  const token = await tokens.find(id)
  if (!token) throw new TokenNotFound(id)
  if (!isAtLeast(own, token.role)) throw new RoleTooHigh(own, token.role)
  if (!(await tokens.remove(id))) throw new TokenNotFound(id)
  return { id }
}
