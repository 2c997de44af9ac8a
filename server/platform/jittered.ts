/** So far it may come earlier or later, so that many of one age do not stay together. */
const JITTER = 0.1

/** `pauseMs` from now, a little earlier or later; never before `notBefore`. `random` is between 0 and 1. */
export function jittered(pauseMs: number, now: Date, random: number, notBefore?: Date): Date {
  const at = now.getTime() + pauseMs * (1 - JITTER + 2 * JITTER * random)
  return new Date(Math.max(at, notBefore?.getTime() ?? 0))
}
