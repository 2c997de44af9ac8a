import { buyerEmail, checkoutBody, contactBody, leadEmail } from '../harness/webhook-bodies.ts'

/** The two kinds of webhook; they alternate. */
export type Kind = 'checkout' | 'contact'

export const kindOf = (number: number): Kind => (number % 2 === 0 ? 'checkout' : 'contact')

/** Differs from event to event, so that an answer meant for another one shows. */
const centsOf = (number: number): number => 1_000 + ((number * 37) % 90_000)

const idOf = (number: number): string => `ref-${String(number).padStart(9, '0')}`

/** The number in an id of ours, or -1. */
export function numberIn(id: string): number {
  return /^ref-\d{9}$/.test(id) ? Number(id.slice(4)) : -1
}

/** The body of the event with this number; every number is another person's. */
export function bodyOf(number: number): string {
  const fact = {
    eventId: `evt_${idOf(number)}`,
    subject: idOf(number),
    person: number,
    cents: centsOf(number),
  }
  return kindOf(number) === 'checkout' ? checkoutBody(fact) : contactBody(fact)
}

/** What has to arrive for it. */
export interface ExpectedDelivery {
  email: string
  name: string
  amount: number
  currency: string
  source: string
  externalId: string
}

export function expectedDelivery(number: number): ExpectedDelivery {
  const [amount, externalId] = [centsOf(number) / 100, idOf(number)]
  return kindOf(number) === 'checkout'
    ? {
        email: buyerEmail(number),
        name: `Ada Buyer${number}`,
        amount,
        currency: 'EUR',
        source: 'stripe',
        externalId,
      }
    : {
        email: leadEmail(number),
        name: `Grace Lead${number}`,
        amount,
        currency: 'USD',
        source: 'crm',
        externalId,
      }
}
