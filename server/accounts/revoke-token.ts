import type { WorkspaceDeps } from '../deps.ts'
import { RoleTooHigh, TokenNotFound } from './account-errors.ts'
import { isAtLeast } from './role.ts'
import type { Role } from './role.ts'
import type { ApiToken } from './token-store.ts'

/** Ends a token at once, and with it the tokens and links that were made with it; what they have open ends within seconds. */
export async function revokeToken(
  { tokens, invitations }: Pick<WorkspaceDeps, 'tokens' | 'invitations'>,
  own: Role,
  id: string,
): Promise<{ id: string }> {
  const token = await tokens.find(id)
  if (!token) throw new TokenNotFound(id)
  if (!isAtLeast(own, token.role)) throw new RoleTooHigh(own, token.role)
  // Those it made go first: the other way round a crash would leave them without anybody knowing whose they are.
  const made = madeWith(token, await tokens.all()).map((each) => each.id)
  await invitations.removeMadeBy([...made, id])
  for (const each of made) await tokens.remove(each)
  if (!(await tokens.remove(id))) throw new TokenNotFound(id)
  return { id }
}

/** Deepest first. */
function madeWith(token: ApiToken, all: readonly ApiToken[]): ApiToken[] {
  return all.filter((each) => each.createdBy === token.id).flatMap((each) => [...madeWith(each, all), each])
}
