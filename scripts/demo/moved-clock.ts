/** A clock that runs as fast as every other, is some time behind, and can be set forward. */
export interface MovedClock {
  now: () => Date
  /** Sets it forward. A time that has passed already changes nothing. */
  moveTo: (at: Date) => void
  /** From now on it shows what every other clock shows, and cannot be set any more. */
  showRealTime: () => void
}

/** Starts at a moment of the past. It never stands still: what waits for a second to pass would wait for ever. */
export function createMovedClock(startAt: Date, realMs: () => number = Date.now): MovedClock {
  let behindMs = realMs() - startAt.getTime()
  let isReal = false
  const now = () => new Date(realMs() - behindMs)
  return {
    now,
    moveTo(at) {
      if (!isReal) behindMs -= Math.max(0, at.getTime() - now().getTime())
    },
    showRealTime() {
      behindMs = 0
      isReal = true
    },
  }
}
