import type { WorkspaceDeps } from '../deps.ts'
import { ReplayNotFound, ReplayOver } from './replay-errors.ts'
import type { Replay } from './replay-store.ts'

/** Stops a replay after what it is just replaying; what it has done stays done. */
export async function cancelReplay(
  { replays, now }: Pick<WorkspaceDeps, 'replays' | 'now'>,
  id: string,
): Promise<Replay> {
  const stopped = await replays.end(id, { state: 'cancelled', endedAt: now() })
  const replay = await replays.find(id)
  if (!replay) throw new ReplayNotFound(id)
  if (!stopped) throw new ReplayOver()
  return replay
}
