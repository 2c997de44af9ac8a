import { createDice } from './dice.ts'
import type { Feed } from './feed.ts'
import type { Happening } from './happening.ts'
import { createPeople } from './people.ts'
import { stories } from './stories.ts'

/** Seconds from one to the next: a few a minute. */
const PAUSE_S = { least: 9, most: 28 }

/**
 * What goes on happening, one thing after the other and without an end. Each begins a story of somebody new, so that
 * whoever watches sees people come in.
 */
export function* comingHappenings(now: () => Date, seed = 5): Generator<Happening, never> {
  const dice = createDice(seed)
  const nextPerson = createPeople(dice)
  const weights = {
    asks: 6,
    leavesACart: 5,
    subscribes: 5,
    pays: 4,
    triesAndLeaves: 3,
    isReferred: 2,
  } as const
  for (;;) {
    const { story } = stories[dice.weighted(weights)]
    const [first] = story(nextPerson(), now(), dice).toSorted(
      (one, other) => one.at.getTime() - other.at.getTime(),
    )
    if (first) yield { ...first, at: now() }
  }
}

/** Lets things happen until the signal says stop. */
export async function trickle(feed: Feed, now: () => Date, stopping: AbortSignal): Promise<void> {
  const dice = createDice(6)
  for (const happening of comingHappenings(now)) {
    await pause(dice.between(PAUSE_S.least, PAUSE_S.most) * 1_000, stopping)
    if (stopping.aborted) return
    await feed.happen({ ...happening, at: now() })
  }
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    stopping.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
