import { beforeAll, describe, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { readableFields } from './readable-fields.ts'

beforeAll(() => startWords())

const input = {
  event: {
    name: 'order.paid',
    properties: {
      total: 12.5,
      products: [
        { sku: 'a', price: 1 },
        { sku: 'b', price: 2 },
      ],
    },
    raw: { 'First name': 'Ada' },
  },
  contact: { email: 'ada@example.com', address: { city: 'Lviv' } },
  company: { name: 'Analytical Engines' },
}

describe('what can be read', () => {
  it('is named as people say it, the contact first and what the vendor posted last', () => {
    const fields = readableFields(input, [])
    expect(fields.map(({ group, parts }) => `${group}: ${parts.join(' › ')}`)).toEqual([
      'contact: Email',
      'contact: Address',
      'contact: Address › City',
      'event: Total',
      'event: Products',
      'event: Products › SKU',
      'event: Products › Price',
      'event: Products › First',
      'event: Products › First › SKU',
      'event: Products › First › Price',
      'about: Name',
      'raw: First name',
    ])
  })

  it('has the path that the hub understands, and what the shown person has there', () => {
    const byPath = new Map(readableFields(input, []).map(({ path, value }) => [path, value]))
    expect(byPath.get('event.raw.`First name`')).toBe('Ada')
    expect(byPath.get('event.properties.products.sku')).toEqual(['a', 'b'])
    expect(byPath.get('event.properties.products[0].sku')).toBe('a')
  })

  it('does not lose a field because one person has nothing there', () => {
    const phone = readableFields(input, ['contact.phone', 'contact.email']).filter(
      ({ value }) => value === undefined,
    )
    expect(phone).toMatchObject([{ path: 'contact.phone', group: 'contact', parts: ['Phone'] }])
  })
})
