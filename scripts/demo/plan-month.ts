import { createDice } from './dice.ts'
import type { Happening } from './happening.ts'
import { createPeople } from './people.ts'
import type { Person } from './people.ts'
import { stories } from './stories.ts'

/** What happened up to now, and who it happened to. */
export interface Month {
  people: Person[]
  /** In the order of time. */
  happenings: Happening[]
}

const DAY_MS = 86_400_000

/**
 * Days of a company, up to a moment: people who come, try, buy, pay and leave, fewer of them on weekends. The same seed
 * and moment make the same days. `share` of the usual hundred and fifty people come.
 */
export function planMonth(until: Date, { days = 30, share = 1, seed = 20 } = {}): Month {
  const dice = createDice(seed)
  const nextPerson = createPeople(dice)
  const since = new Date(until.getTime() - days * DAY_MS)
  const people: Person[] = []
  const happenings: Happening[] = []
  for (const { story, people: count } of Object.values(stories)) {
    for (let told = 0; told < Math.max(1, Math.round(count * share)); told++) {
      const person = nextPerson()
      people.push(person)
      happenings.push(...story(person, startDay(), dice))
    }
  }
  const past = happenings.filter(({ at }) => at > since && at <= until)
  return { people, happenings: past.toSorted((one, other) => one.at.getTime() - other.at.getTime()) }

  /** A day on which a story begins; more than half of those that would begin on a weekend begin on another day. */
  function startDay(): Date {
    for (;;) {
      const day = new Date(since.getTime() + dice.between(0, days) * DAY_MS)
      const isWeekend = day.getDay() % 6 === 0
      if (!isWeekend || dice.in100(45)) return day
    }
  }
}
