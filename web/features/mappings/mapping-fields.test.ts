import { describe, expect, it } from 'vitest'
import { isSame, readFields } from './mapping-fields.ts'

describe('a mapping on the page', () => {
  it('is sent back as it came, whatever its sources are', () => {
    const stored = {
      email: { source: { kind: 'field', path: 'contact.email', fallback: 'x@example.com' }, when: 'always' },
      name: {
        source: { kind: 'text', parts: ['Dear ', { path: 'contact.first_name' }] },
        when: 'never_blank',
      },
      paid: { source: { kind: 'fixed', value: true }, when: 'only_if_empty' },
      stage: {
        source: {
          kind: 'lookup',
          path: 'event.properties.plan',
          table: { pro: 'customer' },
          otherwise: 'lead',
        },
        when: 'always',
      },
      'properties.total': { source: { kind: 'formula', expression: '1 + 1' }, when: 'always' },
    }
    expect(readFields(stored)).toEqual(stored)
  })

  it('is no change where only the order is another', () => {
    expect(isSame({ a: 1, b: { c: 2, d: [1, 2] } }, { b: { d: [1, 2], c: 2 }, a: 1 })).toBe(true)
    expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false)
  })
})
