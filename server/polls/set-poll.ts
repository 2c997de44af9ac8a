import { z } from '#sdk'
import type { WorkspaceDeps } from '../deps.ts'
import { parseInput } from '../input-invalid.ts'
import { PollNotFound } from './poll-errors.ts'
import type { Poll } from './poll-store.ts'

const MINUTE_MS = 60_000

const settings = z.object({
  isOn: z.boolean().nullish(),
  everyMinutes: z
    .int()
    .min(1, 'is less than a minute')
    .max(1_440, 'is more than a day, which is 1440 minutes')
    .nullish(),
})

/** Switches a poll on or off, or sets its pace. What is not given stays. It goes on where it was, however long it was off. */
export async function setPoll(
  deps: Pick<WorkspaceDeps, 'polls' | 'now'>,
  id: string,
  input: { isOn?: boolean | null; everyMinutes?: number | null },
): Promise<Poll> {
  const { isOn, everyMinutes } = parseInput(settings, input)
  const poll = await deps.polls.change(id, {
    dueAt: deps.now(),
    ...(isOn === null || isOn === undefined ? {} : { isOn }),
    ...(everyMinutes ? { everyMs: everyMinutes * MINUTE_MS } : {}),
  })
  if (!poll) throw new PollNotFound(id)
  return poll
}
