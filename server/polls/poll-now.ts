import type { WorkspaceDeps } from '../deps.ts'
import { PollNotFound } from './poll-errors.ts'
import type { Poll } from './poll-store.ts'

/** Makes a poll at once, also where it waits after failures; whether it may be made at all is not changed by this. */
export async function pollNow(deps: Pick<WorkspaceDeps, 'polls' | 'now'>, id: string): Promise<Poll> {
  const poll = await deps.polls.makeDue(id, deps.now())
  if (!poll) throw new PollNotFound(id)
  return poll
}
