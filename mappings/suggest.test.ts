import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findGaps } from './find-gaps.ts'
import { suggestMapping } from './suggest.ts'

const schema = z.object({
  email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
  firstname: z.string().optional().meta({ label: 'First name' }),
  PHONE_1: z.string().optional().meta({ label: 'Mobile phone' }),
  amount: z
    .number()
    .optional()
    .meta({ label: 'Amount', suggest: ['event.properties.total', 'event.properties.value'] }),
  coupon: z.string().optional().meta({ label: 'Coupon' }),
  dealname: z.string().meta({ label: 'Deal name' }),
  pipeline: z.string().default('default').meta({ label: 'Pipeline' }),
  properties: z.record(z.string(), z.string()).optional(),
})

const path = (text: string, when = 'never_blank') => ({ source: { kind: 'field', path: text }, when })

describe('the first guess for a new step', () => {
  it('takes what the connector suggests, and what means the same by name', () => {
    expect(suggestMapping(schema)).toEqual({
      email: path('contact.email', 'always'),
      firstname: path('contact.first_name'),
      PHONE_1: path('contact.phone'),
      amount: path('event.properties.total'),
    })
  })

  it('goes by what the event really holds when a sample is at hand', () => {
    const sample = { event: { contact: {}, properties: { value: 5, coupon: 'TEN', 'Deal name': 'Order 1' } } }
    expect(suggestMapping(schema, sample)).toMatchObject({
      amount: path('event.properties.value'),
      coupon: path('event.properties.coupon'),
      dealname: path('event.properties.`Deal name`', 'always'),
    })
  })

  it('invents nothing', () => {
    const odd = z.object({ constructor: z.string().optional(), x1: z.string().optional() })
    expect(suggestMapping(odd, { event: { contact: {}, properties: {} } })).toEqual({})
  })
})

describe('what is missing yet', () => {
  it('is named by its label, and what has a default or entries is not missing', () => {
    expect(findGaps(suggestMapping(schema), schema)).toEqual([{ field: 'dealname', label: 'Deal name' }])
    const held = z.object({ body: z.record(z.string(), z.string()).meta({ label: 'Body' }) })
    expect(findGaps({}, held)).toEqual([{ field: 'body', label: 'Body' }])
    expect(findGaps({ 'body.a': { source: { kind: 'fixed', value: 'x' }, when: 'always' } }, held)).toEqual(
      [],
    )
  })
})
