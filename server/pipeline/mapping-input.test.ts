import { describe, expect, it } from 'vitest'
import type { Contact } from '../contacts/contact-store.ts'
import type { HubEvent } from '../events/event-store.ts'
import { mappingInput } from './mapping-input.ts'

const now = new Date('2026-11-26T09:00:00Z')

function read(profile: Record<string, string>): unknown {
  const event = {
    id: 'evt_1',
    name: 'form.submitted',
    draft: { name: 'form.submitted', occurred_at: now.toISOString(), contact: profile },
  } as unknown as HubEvent
  const known = Object.entries(profile).map(([field, value]) => [field, { value, source: 'con_1' }])
  const contact = { id: 'ctc_1', tags: [], profile: Object.fromEntries(known) } as unknown as Contact
  const connection = { id: 'con_1', name: 'Form', connectorId: 'webhook' }
  const input = mappingInput({ event, contact, connection, receivedAt: now, raw: () => ({}), steps: {}, now })
  const whole = (person: unknown) => Object(person).full_name
  return [whole(input.event.contact), whole(input.contact)]
}

describe('a person’s whole name', () => {
  it('can be mapped where a tool knows it in parts only', () => {
    expect(read({ first_name: 'Ana', last_name: 'Ruiz' })).toEqual(['Ana Ruiz', 'Ana Ruiz'])
    expect(read({ last_name: 'Ruiz' })).toEqual(['Ruiz', 'Ruiz'])
  })

  it('is what a tool says it is, and nothing where nobody knows any', () => {
    const full_name = 'Ana Ruiz de la Prada'
    expect(read({ first_name: 'Ana', last_name: 'Ruiz', full_name })).toEqual([full_name, full_name])
    expect(read({ first_name: ' ' })).toEqual([undefined, undefined])
  })
})
