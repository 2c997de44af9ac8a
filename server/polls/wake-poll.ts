import type { Collection } from 'mongodb'
import type { PollDoc } from './poll-store.ts'

/** Vendors tell one change several times within a moment; they are asked once. */
const GATHER_MS = 1_000

/**
 * Makes a poll due because the vendor said that something changed. One that is being made at this moment is made again
 * afterwards, since it may have looked too early. A vendor that wants to be left alone (429) is.
 */
export async function wakePoll(
  { polls, now }: { polls: Collection<PollDoc>; now: () => Date },
  connectionId: string,
  { poll, subject }: { poll: string; subject?: string },
): Promise<void> {
  const soon = new Date(now().getTime() + GATHER_MS)
  await polls.updateMany(
    { connectionId, poll, ...(subject === undefined ? {} : { subject }) },
    { $min: { dueAt: soon }, $max: { wokenAt: soon } },
  )
}
