import { backOff } from '../platform/back-off.ts'
import { jittered } from '../platform/jittered.ts'

/** A poll that fails waits twice as long each time, up to this or its own pace, whichever is longer. */
const PAUSE_MS_MAX = 3_600_000
const PAUSE_FIRST_MS = 30_000

/**
 * When a poll is made next: at its pace after a success, later and later after failures, and never before the vendor
 * wants (`retryAt`). `random` is between 0 and 1.
 */
export function nextPoll(
  { everyMs, failures, retryAt }: { everyMs: number; failures: number; retryAt?: Date | undefined },
  now: Date,
  random: number,
): Date {
  const maxMs = Math.max(PAUSE_MS_MAX, everyMs)
  const pauseMs = failures === 0 ? everyMs : backOff(failures, { firstMs: PAUSE_FIRST_MS, maxMs })
  return jittered(pauseMs, now, random, retryAt)
}
