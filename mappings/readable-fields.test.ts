import { describe, expect, it } from 'vitest'
import { readableFields } from './readable-fields.ts'
import type { MappingInput } from './mapping.ts'

function input(properties: Record<string, unknown>, contact: Record<string, unknown> | null = null) {
  const event = { id: 'evt_1', name: 'x', occurred_at: '2026-11-20T10:15:00.000Z', received_at: '' }
  const rest = { company: null, connection: {}, steps: {}, now: '' }
  const whole: MappingInput = {
    event: {
      ...event,
      contact: {},
      properties,
      context: {},
      actor: 'contact',
      raw: { secret: 'never read' },
    },
    contact,
    ...rest,
  }
  return whole
}
const kinds = (...inputs: MappingInput[]) =>
  Object.fromEntries(readableFields(inputs).map(({ path, kind }) => [path, kind]))

describe('the fields that a condition can read', () => {
  it('are told with what they hold, however deep they lie', () => {
    const properties = {
      total: 49.9,
      paid: true,
      at: '2026-11-20',
      address: { 'Post code': '01001' },
      tags: ['a'],
    }
    expect(kinds(input(properties))).toMatchObject({
      'event.properties.total': 'number',
      'event.properties.paid': 'yes_no',
      'event.properties.at': 'time',
      'event.properties.address.`Post code`': 'text',
      'event.properties.tags': 'list',
    })
  })

  it('of the things in a list are asked of all of them at once', () => {
    const [products] = readableFields([input({ products: [{ name: 'Mug' }, { name: 'Cup' }] })])
    expect(products).toEqual({
      path: 'event.properties.products.name',
      kind: 'list',
      examples: ['Mug', 'Cup'],
    })
  })

  it('are text where one event has a number and another a word', () => {
    expect(kinds(input({ size: 3 }), input({ size: 'L' }))['event.properties.size']).toBe('text')
  })

  it('leave out what was posted word for word, and the ids of the hub', () => {
    const paths = readableFields([input({}, { id: 'ctc_1', plan: 'pro' })]).map(({ path }) => path)
    expect(paths).toEqual(['contact.plan', 'event.occurred_at'])
  })
})
