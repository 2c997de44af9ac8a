import { isAtLeast } from '../accounts/role.ts'
import type { Role } from '../accounts/role.ts'
import type { WorkspaceDeps } from '../deps.ts'
import { NothingToReplay, ReplayTooLarge } from './replay-errors.ts'
import { deliveryFilter, pauseOf, receiptFilter } from './replay-filter.ts'
import type { Replay, ReplayTarget } from './replay-store.ts'

/** What somebody may replay at once without being of ops. */
export const MARKETER_MAX = 100
/** More than that are not counted beforehand; the replay goes over all of them all the same. */
export const TOTAL_MAX = 100_000

type Deps = Pick<
  WorkspaceDeps,
  'receipts' | 'deliveries' | 'events' | 'replays' | 'workspaceId' | 'newId' | 'now'
>

/** How many a replay would go over, counted up to `limit`. */
export function countTarget(
  { receipts, deliveries, events }: Pick<Deps, 'receipts' | 'deliveries' | 'events'>,
  target: ReplayTarget,
  until: Date,
  limit: number,
): Promise<number> {
  switch (target.kind) {
    case 'receipts':
      return receipts.count(receiptFilter(target, until), limit)
    case 'deliveries':
      return deliveries.count(deliveryFilter(target, until), limit)
    case 'events':
      return events.countKeptOut(pauseOf(target), until, limit)
  }
}

/** Has a replay carried out in the background, in chunks, with progress; it can be cancelled. */
export async function startReplay(
  deps: Deps,
  { role, actor }: { role: Role; actor: string },
  target: ReplayTarget,
): Promise<Replay> {
  const startedAt = deps.now()
  const limit = isAtLeast(role, 'ops') ? TOTAL_MAX : MARKETER_MAX + 1
  const total = await countTarget(deps, target, startedAt, limit)
  if (total === 0) throw new NothingToReplay()
  if (!isAtLeast(role, 'ops') && total > MARKETER_MAX) throw new ReplayTooLarge(MARKETER_MAX)
  const replay: Replay = {
    id: deps.newId('rpl'),
    workspaceId: deps.workspaceId,
    target,
    state: 'running',
    until: startedAt,
    total,
    done: 0,
    failed: 0,
    startedBy: actor,
    startedAt,
  }
  await deps.replays.add(replay)
  return replay
}
