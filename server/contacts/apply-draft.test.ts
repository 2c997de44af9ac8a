import { describe, expect, it } from 'vitest'
import type { ContactDraft, EventDraft } from '#sdk'
import { applyDraft } from './apply-draft.ts'
import { identitiesOf } from './contact-identities.ts'
import type { Contact } from './contact-store.ts'

const CREATED = new Date('2026-11-01T00:00:00.000Z')
const NOBODY: Contact = {
  id: 'ctc_1',
  workspaceId: 'wsp_1',
  identities: [],
  profile: {},
  tags: [],
  revision: 0,
  createdAt: CREATED,
  updatedAt: CREATED,
}

/** What facts make of somebody, in the order in which they arrive; each arrives when it happens or at `receivedAt`. */
function afterFacts(...facts: { occurred_at: string; receivedAt?: string; contact: ContactDraft }[]) {
  return facts.reduce((before, { occurred_at, receivedAt = occurred_at, contact }) => {
    const draft: EventDraft = { name: 'contact.updated', occurred_at, contact }
    const claims = identitiesOf(contact, 'con_1')
    const at = { receivedAt: new Date(receivedAt), now: new Date(receivedAt) }
    return applyDraft(before, draft, { claims, free: claims }, 'con_1', at).contact
  }, NOBODY)
}

const day = (number: number) => `2026-11-${String(number).padStart(2, '0')}T10:00:00.000Z`

it('keeps somebody’s newest address although an older fact with the former one arrives late', () => {
  const contact = afterFacts(
    {
      occurred_at: day(1),
      contact: { external_id: 'x', email: 'former@example.com', phone: '+380501111111' },
    },
    {
      occurred_at: day(9),
      contact: { external_id: 'x', email: 'newest@example.com', phone: '+380502222222' },
    },
    {
      occurred_at: day(2),
      receivedAt: day(10),
      contact: { external_id: 'x', email: 'former@example.com', phone: '+380501111111', first_name: 'Ada' },
    },
  )
  expect(contact).toMatchObject({ email: 'newest@example.com', phone: '+380502222222' })
  expect(contact.profile).toMatchObject({
    email: { value: 'newest@example.com' },
    first_name: { value: 'Ada' },
  })
})

it('believes what is said later, although a clock that is ahead said something else before', () => {
  const contact = afterFacts(
    {
      occurred_at: '2099-01-01T00:00:00.000Z',
      receivedAt: day(1),
      contact: { email: 'ada@example.com', first_name: 'Wrong' },
    },
    { occurred_at: day(2), contact: { email: 'ada@example.com', first_name: 'Right' } },
  )
  expect(contact.profile['first_name']?.value).toBe('Right')
})

it('believes what is said now, although what is known was learned in the future', () => {
  const draft = (first_name: string): EventDraft => ({
    name: 'contact.updated',
    occurred_at: day(3),
    contact: { first_name },
  })
  const at = { receivedAt: new Date(day(3)), now: new Date(day(3)) }
  const learned = (changedAt: string): Contact => ({
    ...NOBODY,
    profile: { first_name: { value: 'Known', source: 'con_1', changedAt } },
  })
  const after = (changedAt: string) =>
    applyDraft(learned(changedAt), draft('Said'), { claims: [], free: [] }, 'con_1', at).contact
  expect(after('2099-01-01T00:00:00.000Z').profile['first_name']).toMatchObject({
    value: 'Said',
    changedAt: day(3),
  })
  expect(after(day(2)).profile['first_name']).toMatchObject({ value: 'Said' })
  // Another process's clock may be a little ahead of this one's.
  expect(after('2026-11-03T10:00:03.000Z').profile['first_name']).toMatchObject({ value: 'Known' })
})

describe('a contact stays small, whatever is said of somebody', () => {
  const bytesOf = (contact: Contact) => Buffer.byteLength(JSON.stringify(contact))
  const said = (facts: readonly ContactDraft[]) =>
    afterFacts(
      ...facts.map((contact) => ({ occurred_at: day(1), contact: { email: 'ada@example.com', ...contact } })),
    )

  it.each<[string, ContactDraft]>([
    ['one value', { first_name: 'x'.repeat(4_000_000) }],
    ['a tag', { tags: ['x'.repeat(4_000_000)] }],
    ['an id', { external_id: 'x'.repeat(4_000_000), anonymous_id: 'y'.repeat(4_000_000) }],
    ['the name of a field', { fields: { ['x'.repeat(4_000_000)]: 1 } }],
  ])('although %s is as large as a whole hook', (_, contact) => {
    expect(bytesOf(said([contact, { last_name: 'Lovelace' }]))).toBeLessThan(1_000)
  })

  it('although there is always another field', () => {
    const facts = Array.from({ length: 300 }, (_, at) => ({
      fields: { [`field ${at}`]: 'x'.repeat(10_000) },
    }))
    const contact = said(facts)
    expect(bytesOf(contact)).toBeLessThan(600_000)
    const changed = said([...facts, { fields: { 'field 1': 'changed' } }])
    expect(changed.profile['fields.field 1']?.value).toBe('changed')
  })

  it('although there is always another tag, and always another browser', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => String(at))
    const contact = said([{ tags: many }, ...many.map((anonymous_id) => ({ anonymous_id }))])
    expect(contact.tags).toHaveLength(2_000)
    expect(contact.identities).toHaveLength(2_000)
  })
})
