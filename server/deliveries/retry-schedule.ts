const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Pauses between attempts: about 76 hours together, the span of the example in the Standard Webhooks specification.
 * The first attempt is made at once.
 */
export const retryPausesMs = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** Pauses are stretched by up to a tenth, so that a thousand failures at once do not come back at once. */
const JITTER = 0.1

/** The pause after the `used`-th counted attempt, in ms; `undefined` when the schedule is exhausted. */
export function retryPause(used: number, random: () => number): number | undefined {
  const pause = retryPausesMs[used - 1]
  return pause === undefined ? undefined : Math.round(pause * (1 + JITTER * random()))
}
