import type { HubDeps } from '../deps.ts'
import { parseName } from '../parse-name.ts'
import type { User } from './user-store.ts'

/** Changes a person's own name. What they did before keeps the name it was done under. */
export async function changeName(
  { accounts }: Pick<HubDeps, 'accounts'>,
  userId: string,
  name: string,
): Promise<User> {
  const user = await accounts.users.setName(userId, parseName(name))
  if (!user) throw new Error(`The user ${userId} of a session does not exist.`)
  return user
}
