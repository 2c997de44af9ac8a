import type { WorkspaceDeps } from '../deps.ts'

/** The name of the user or token that did something, as it is now; nothing where they are no longer known. */
export async function nameOfActor(
  deps: Pick<WorkspaceDeps, 'accounts' | 'tokens'>,
  id: string,
): Promise<string | undefined> {
  if (id === 'operator') return 'Operator'
  const known = id.startsWith('tok_') ? await deps.tokens.find(id) : await deps.accounts.users.find(id)
  return known?.name
}
