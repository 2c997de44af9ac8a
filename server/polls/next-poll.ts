/** A poll that fails waits twice as long each time, up to this or its own pace, whichever is longer. */
const PAUSE_MS_MAX = 3_600_000
const PAUSE_FIRST_MS = 30_000
/** So far a poll may come earlier or later than its pace, so that many of one age do not stay together. */
const JITTER = 0.1

/**
 * When a poll is made next: at its pace after a success, later and later after failures, and never before the vendor
 * wants (`retryAt`). `random` is between 0 and 1.
 */
export function nextPoll(
  { everyMs, failures, retryAt }: { everyMs: number; failures: number; retryAt?: Date | undefined },
  now: Date,
  random: number,
): Date {
  const pause =
    failures === 0 ? everyMs : Math.min(PAUSE_FIRST_MS * 2 ** (failures - 1), Math.max(PAUSE_MS_MAX, everyMs))
  const jittered = now.getTime() + pause * (1 - JITTER + 2 * JITTER * random)
  return new Date(Math.max(jittered, retryAt?.getTime() ?? 0))
}
