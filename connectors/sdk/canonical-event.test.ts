import { describe, expect, it } from 'vitest'
import { parseEventDraft } from './canonical-event.ts'
import { describeEvents, vocabulary } from './vocabulary.ts'

const at = '2026-11-02T10:00:00+01:00'

describe('the vocabulary', () => {
  it('names everything object.past_tense in snake_case, with a meaning', () => {
    const words = describeEvents()
    expect(words.map(({ name }) => name).filter((name) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(name))).toEqual(
      [],
    )
    expect(words.filter(({ meaning }) => !meaning.endsWith('.'))).toEqual([])
    expect(words).toHaveLength(Object.keys(vocabulary).length)
  })

  it('asks for money with its currency wherever it asks for money', () => {
    const halves = describeEvents().filter(
      ({ name, required }) =>
        name !== 'bank.transaction_matched' &&
        required.some((field) => /_minor$|^total$/.test(field)) &&
        !required.includes('currency'),
    )
    expect(halves).toEqual([])
  })
})

describe('a draft of an event', () => {
  it('passes with everything its name promises, and its time in UTC', () => {
    const draft = {
      name: 'contact.tag_added',
      occurred_at: at,
      contact: { email: 'a@example.org' },
      properties: { tag: 'vip', by: 'x' },
    }
    expect(parseEventDraft(draft)).toEqual({
      ok: true,
      event: { ...draft, occurred_at: '2026-11-02T09:00:00.000Z' },
    })
  })

  it.each([
    [
      'an unknown name',
      { name: 'contact.exploded', occurred_at: at },
      { event: 'contact.exploded', field: 'name' },
    ],
    ['a time that is none', { name: 'push.subscribed', occurred_at: 'yesterday' }, { field: 'occurred_at' }],
    [
      'a missing property',
      { name: 'deal.created', occurred_at: at },
      { event: 'deal.created', field: 'properties.deal_id' },
    ],
    [
      'nobody it is about',
      { name: 'contact.created', occurred_at: at, contact: { first_name: 'A' } },
      { field: 'contact' },
    ],
    [
      'a field of the contact that is misspelt',
      { name: 'push.subscribed', occurred_at: at, contact: { firstName: 'A' } },
      { field: 'contact' },
    ],
    [
      'a currency in small letters',
      {
        name: 'payment.succeeded',
        occurred_at: at,
        properties: { payment_id: 'p', amount_minor: 1, currency: 'eur' },
      },
      { field: 'properties.currency' },
    ],
    [
      'half a cent',
      {
        name: 'payment.succeeded',
        occurred_at: at,
        properties: { payment_id: 'p', amount_minor: 1.5, currency: 'EUR' },
      },
      { field: 'properties.amount_minor' },
    ],
    [
      'everything that is missing at once',
      { name: 'payment.succeeded', occurred_at: at, properties: { payment_id: 'p' } },
      { field: 'properties.amount_minor, properties.currency', problem: 'is missing' },
    ],
    ['a name from the prototype', { name: 'toString', occurred_at: at }, { field: 'name' }],
  ])('says what is wrong with %s', (_what, draft, data) => {
    expect(parseEventDraft(draft)).toMatchObject({ ok: false, reason: { code: 'outside_vocabulary', data } })
  })

  it.each([undefined, null, 7, 'text', []])('survives %s', (draft) => {
    expect(parseEventDraft(draft).ok).toBe(false)
  })
})
