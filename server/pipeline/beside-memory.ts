import type { Held } from './held-delivery.ts'

/**
 * Keeps watch over new deliveries that go to the database without being held in memory, because their lane is stalled
 * or full. One that is stored while its lane is being read can be missing from what was read; whoever believed the
 * lane to be complete then would let the next one overtake it.
 */
export interface BesideMemory {
  /** This one is on its way to the database. */
  admit(held: Held): void
  /** It is there, or will not be. */
  arrived(held: Held): void
  /** These lanes are about to be read. */
  reading(lanes: readonly string[]): void
  /** Whether what was read of this lane can be less than there is. */
  mayHaveMissed(lane: string): boolean
}

export function createBesideMemory(): BesideMemory {
  const onTheWay = new Set<Held>()
  const countOf = new Map<string, number>()
  const changed = new Set<string>()
  return {
    admit(held) {
      const { lane } = held.delivery
      onTheWay.add(held)
      countOf.set(lane, (countOf.get(lane) ?? 0) + 1)
      changed.add(lane)
    },
    arrived(held) {
      if (!onTheWay.delete(held)) return
      const { lane } = held.delivery
      const left = (countOf.get(lane) ?? 0) - 1
      if (left > 0) countOf.set(lane, left)
      else countOf.delete(lane)
    },
    reading(lanes) {
      for (const lane of lanes) if (!countOf.has(lane)) changed.delete(lane)
    },
    mayHaveMissed: (lane) => changed.has(lane),
  }
}
