import type { HubDeps } from '../deps.ts'
import { SessionNotFound } from './account-errors.ts'

/** Ends one of a person's own sessions at once. */
export async function revokeSession(
  { accounts }: Pick<HubDeps, 'accounts'>,
  userId: string,
  id: string,
): Promise<{ id: string }> {
  if (!(await accounts.sessions.remove({ id, userId }))) throw new SessionNotFound(id)
  return { id }
}
