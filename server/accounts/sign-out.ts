import type { HubDeps } from '../deps.ts'
import type { Caller } from './role.ts'

/** Ends the session of a person who asks with one; a program's token stays. Returns the session's id. */
export async function signOut(
  { accounts }: Pick<HubDeps, 'accounts'>,
  caller: Caller | undefined,
): Promise<{ id: string }> {
  if (caller?.kind !== 'user') return { id: '' }
  await accounts.sessions.remove({ id: caller.sessionId, userId: caller.id })
  return { id: caller.sessionId }
}
