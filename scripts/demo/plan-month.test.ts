import { describe, expect, it } from 'vitest'
import { createDice } from './dice.ts'
import type { Happening } from './happening.ts'
import { createPeople } from './people.ts'
import { planMonth } from './plan-month.ts'
import { stories } from './stories.ts'
import { comingHappenings } from './trickle.ts'

const until = new Date('2026-11-26T15:00:00Z')

describe('thirty days of a company', () => {
  const { people, happenings } = planMonth(until)

  it('are the same for everybody who looks', () => {
    expect(planMonth(until)).toEqual({ people, happenings })
    expect(planMonth(until, { seed: 21 }).people).not.toEqual(people)
  })

  it('are about a hundred and fifty people, none of whom exists and no two of whom share an address', () => {
    expect(people).toHaveLength(150)
    expect(new Set(people.map(({ email }) => email)).size).toBe(150)
    for (const { email } of people) expect(email).toMatch(/^[a-z-]+\.[a-z-]+@[a-z-]+\.example$/)
  })

  it('lie behind us, in order', () => {
    const times = happenings.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times.at(-1)).toBeLessThanOrEqual(until.getTime())
    expect(times[0]).toBeGreaterThan(until.getTime() - 30 * 86_400_000)
  })

  it('are quieter on weekends, and at night nobody buys', () => {
    const perDay = (isWanted: (weekday: number) => boolean, days: number) =>
      happenings.filter(({ at }) => isWanted(at.getDay())).length / days
    expect(perDay((weekday) => weekday % 6 === 0, 8)).toBeLessThan(perDay((weekday) => weekday % 6 !== 0, 22))
    const sales = happenings.filter((each) => 'type' in each && each.type === 'checkout.session.completed')
    expect(sales.length).toBeGreaterThan(10)
    for (const { at } of sales) expect(at.getHours()).toBeGreaterThanOrEqual(6)
  })
})

describe('a story', () => {
  const told = (name: keyof typeof stories, seed: number): Happening[] => {
    const dice = createDice(seed)
    return stories[name].story(createPeople(dice)(), new Date('2026-11-02T00:00:00'), dice)
  }
  const types = (from: Happening[]) => from.flatMap((each) => ('type' in each ? [each.type] : []))

  it('of a buyer goes from the form over a trial to one sale, which page and invoice tell alike', () => {
    const story = told('triesAndBuys', 1).toSorted((one, other) => one.at.getTime() - other.at.getTime())
    expect(story[0]).toMatchObject({ tool: 'website', body: { type: 'form.submitted' } })
    expect(types(story).slice(0, 5)).toEqual([
      'customer.created',
      'customer.subscription.created',
      'checkout.session.completed',
      'customer.subscription.created',
      'invoice.paid',
    ])
    const page = story.find((each) => 'type' in each && each.type === 'checkout.session.completed')
    const bill = story.find((each) => 'type' in each && each.type === 'invoice.paid')
    expect(page).toMatchObject({ object: { invoice: Object(bill).object.id } })
  })

  it('of somebody who tries and leaves ends with the trial, and with a reason', () => {
    const story = told('triesAndLeaves', 2)
    expect(types(story)).toEqual([
      'customer.created',
      'customer.subscription.created',
      'customer.subscription.trial_will_end',
      'customer.subscription.deleted',
    ])
    expect(story.at(-1)).toMatchObject({
      object: { cancellation_details: { feedback: expect.any(String) } },
    })
  })

  it('goes on without an end while somebody watches', () => {
    let at = until
    const coming = comingHappenings(() => at)
    for (let minute = 0; minute < 100; minute++) {
      at = new Date(until.getTime() + minute * 60_000)
      expect(coming.next().value.at).toEqual(at)
    }
  })
})
