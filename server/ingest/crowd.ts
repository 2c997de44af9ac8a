/** Who crowds at the door: connections of which many requests wait for their acknowledgement, when many wait in all. */
export interface Crowd {
  /** A request of this connection waits. */
  enter(connectionId: string): void
  /** It waits no longer. */
  leave(connectionId: string): void
  /** True while this connection is part of a crowd, and for a moment after. */
  holds(connectionId: string): boolean
}

/** A steady stream of some hundred a second brings fewer at once, even where the machine stops for a moment. */
const CROWD = 24
const SHARE = 8
/** Senders that post again as soon as they are answered are back within it. */
const LINGERING_MS = 20

/** Measures on the monotonic clock: no setting of the other one may make a crowd last. */
export function createCrowd(): Crowd {
  const waiting = new Map<string, number>()
  const lastSeenMs = new Map<string, number>()
  let all = 0

  function look(connectionId: string): void {
    if (all >= CROWD && (waiting.get(connectionId) ?? 0) >= SHARE) {
      lastSeenMs.set(connectionId, performance.now())
    }
  }

  function count(connectionId: string, by: 1 | -1): void {
    const now = (waiting.get(connectionId) ?? 0) + by
    if (now === 0) waiting.delete(connectionId)
    else waiting.set(connectionId, now)
    all += by
  }

  return {
    enter(connectionId) {
      count(connectionId, 1)
      look(connectionId)
    },
    leave(connectionId) {
      // A commit may take longer than a crowd lingers.
      look(connectionId)
      count(connectionId, -1)
    },
    holds(connectionId) {
      const seenMs = lastSeenMs.get(connectionId)
      if (seenMs === undefined) return false
      if (performance.now() - seenMs < LINGERING_MS) return true
      lastSeenMs.delete(connectionId)
      return false
    },
  }
}
