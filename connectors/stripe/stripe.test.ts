import { describe, expect, it } from 'vitest'
import { readPayload } from '#sdk'
import { bodyOf, connectorContract, hookOf, readFixtures } from '#sdk/testing'
import stripe from './index.ts'
import { money } from './stripe-money.ts'

connectorContract(stripe, import.meta.dirname)

/** The keys under which the events of a story are counted, each with the event's name. */
function countedAs(file: string): string[] {
  const story = readFixtures(import.meta.dirname).inbound.find((each) => each.file === `webhook.${file}.json`)
  const [inbound] = stripe.inbound
  if (!story || !inbound) throw new Error(`There is no story ${file}.`)
  const reading = readPayload(inbound, hookOf({ headers: story.headers, body: bodyOf(story) }))
  const items = reading.outcome === 'read' ? reading.items : []
  return items.flatMap((item) => (item.ok ? item.events.map(({ name }) => `${item.dedupeKey} ${name}`) : []))
}

describe('one sale that Stripe tells several times', () => {
  it('counts once as checkout and as invoice', () => {
    const [sale] = countedAs('sale-of-a-subscription')
    expect(countedAs('invoice-paid')).toContain(sale)
  })

  it('counts once as intent and as charge', () => {
    expect(countedAs('payment-received')).toEqual(countedAs('charge-of-an-intent'))
  })

  it('counts once where the payment came later, and not while it is awaited', () => {
    expect(countedAs('waits-for-its-payment')[0]).toMatch(/ order\.created$/)
    expect(countedAs('late-payment-came')).toEqual(['order:cs_test_fx4 order.completed'])
  })
})

describe('Stripe’s amounts', () => {
  it.each([
    ['EUR', 1999, 1999, 19.99],
    ['JPY', 1999, 1999, 1999],
    ['KWD', 1999, 1999, 1.999],
    ['ISK', 50_000, 500, 500],
    ['UGX', 50_000, 500, 500],
    ['MGA', 500, 50_000, 500],
  ])('of %s: %s of Stripe’s units are %s of ISO 4217’s, or %s', (currency, amount, minor, major) => {
    const expected = { total_minor: minor, total: major, currency }
    expect(money('total', amount, currency.toLowerCase())).toEqual(expected)
  })
})
