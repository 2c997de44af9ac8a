import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { applyMapping } from './apply-mapping.ts'
import { dropFilled } from './drop-filled.ts'
import type { FieldOutcome } from './mapping.ts'

const schema = z.object({
  email: z.email().meta({ label: 'Email' }),
  name: z.string().optional().meta({ label: 'First name' }),
  amount: z.number().optional().meta({ label: 'Amount' }),
  count: z.int().optional().meta({ label: 'Count' }),
  agreed: z.boolean().optional().meta({ label: 'Agreed' }),
  tags: z.array(z.string()).optional().meta({ label: 'Tags to add' }),
  numbers: z.array(z.number()).optional(),
  stage: z.enum(['lead', 'Customer']).optional().meta({ label: 'Stage' }),
  site: z.url().nullable().optional(),
  note: z.union([z.number(), z.string()]).optional(),
  remark: z.string().optional().meta({ prose: true }),
  address: z.object({ city: z.string(), floor: z.number().optional() }).optional(),
})

function outcome(field: string, value: unknown, kind: FieldOutcome['kind'] = 'field'): FieldOutcome {
  return {
    field,
    kind,
    when: 'always',
    from: `event.properties.${field}`,
    ...(value !== undefined && { value }),
  }
}

const email = outcome('email', 'ann@example.com')

function applied(...outcomes: FieldOutcome[]): Record<string, unknown> | string[] {
  const result = applyMapping([email, ...outcomes], schema)
  return result.ok ? result.input : result.problems.map(({ message }) => message)
}

describe('an input made from a mapping', () => {
  it.each([
    ['amount', '12.50', 12.5],
    ['amount', ' -3 ', -3],
    ['amount', ['7'], 7],
    ['count', '42', 42],
    ['agreed', 'Yes', true],
    ['agreed', 0, false],
    ['agreed', 'FALSE', false],
    ['name', 42, '42'],
    ['name', true, 'true'],
    ['name', ['Ann'], 'Ann'],
    ['tags', 'vip', ['vip']],
    ['tags', 'vip, pro', ['vip, pro']],
    ['tags', ['vip', 3], ['vip', '3']],
    ['numbers', ['1', 2], [1, 2]],
    ['stage', 'LEAD', 'lead'],
    ['stage', ' customer', 'Customer'],
    ['note', '12', '12'],
    ['address', { city: 5, floor: '2' }, { city: '5', floor: 2 }],
  ])('takes for %s %j as what a person means', (field, value, expected) => {
    expect(applied(outcome(field, value))).toEqual({ email: 'ann@example.com', [field]: expected })
  })

  it.each([
    ['amount', ''],
    ['amount', null],
    ['name', null],
    ['tags', null],
    ['stage', ' '],
  ])('leaves %s out rather than send %j where the field cannot hold it', (field, value) => {
    expect(applied(outcome(field, value))).toEqual({ email: 'ann@example.com' })
  })

  it('sends a blank where the field can hold it', () => {
    expect(applied(outcome('name', ''), outcome('site', null))).toEqual({
      email: 'ann@example.com',
      name: '',
      site: null,
    })
  })

  it('reads a text that somebody typed as a list where a list is wanted', () => {
    expect(applied(outcome('tags', 'vip, spring ,', 'fixed'))).toEqual({
      email: 'ann@example.com',
      tags: ['vip', 'spring'],
    })
  })

  it('shows what was converted, and from what', () => {
    const result = applyMapping([outcome('email', ' ann@example.com '), outcome('amount', '5')], schema)
    expect(result).toMatchObject({
      ok: true,
      fields: [
        { field: 'email', value: 'ann@example.com', converted: { from: ' ann@example.com ' } },
        { field: 'amount', value: 5, converted: { from: '5' } },
      ],
    })
  })

  it.each([
    ['amount', '1,234.50', '“Amount” does not accept “1,234.50”: it wants a number.'],
    ['amount', '12345678901234567890', '“Amount” does not accept “12345678901234567890”: it wants a number.'],
    ['amount', true, '“Amount” does not accept “true”: it wants a number.'],
    ['count', '1.5', '“Count” does not accept “1.5”: it wants a whole number.'],
    ['agreed', 'maybe', '“Agreed” does not accept “maybe”: it wants yes or no (true or false).'],
    ['stage', 'gone', '“Stage” does not accept “gone”: it wants one of lead, Customer.'],
    [
      'name',
      ['Ann', 'Bob'],
      '“First name” does not accept “Ann, Bob”: it wants a text. It got a list of 2: pick one of them, or join them in a text.',
    ],
    ['name', { first: 'Ann' }, '“First name” does not accept “{"first":"Ann"}”: it wants a text.'],
  ])('refuses for %s %j, which would lose something', (field, value, message) => {
    expect(applied(outcome(field, value))).toEqual([message])
  })

  it('puts a list or an object in words where people read it', () => {
    const remark = { budget: '20 000', company: { name: 'Acme' } }
    const made = applyMapping([outcome('email', 'a@example.org'), outcome('remark', remark)], schema)
    expect(made).toMatchObject({ ok: true, input: { remark: 'Budget: 20 000\nCompany › Name: Acme' } })
    const tags = applyMapping([outcome('email', 'a@example.org'), outcome('remark', ['vip', 'pro'])], schema)
    expect(tags).toMatchObject({ ok: true, input: { remark: 'vip, pro' } })
  })

  it('names a required field that nobody mapped by its label', () => {
    expect(applyMapping([], schema)).toMatchObject({
      ok: false,
      problems: [
        {
          field: 'email',
          label: 'Email',
          code: 'required_field_missing',
          message: 'Map “Email”: nothing can be sent without it.',
        },
      ],
    })
  })

  it.each([undefined, null, ''])('says where a required field was to come from when that is %j', (value) => {
    expect(applyMapping([outcome('email', value)], schema)).toMatchObject({
      ok: false,
      problems: [
        {
          field: 'email',
          code: 'required_field_missing',
          message:
            '“Email” is needed and got nothing: event.properties.email is empty here. Map something else, or give a fallback.',
        },
      ],
    })
  })

  it('reports every bad field once, and a failed formula even for a field that may be absent', () => {
    const failed: FieldOutcome = {
      field: 'name',
      kind: 'formula',
      when: 'always',
      from: '$x(',
      problem: { code: 'formula_syntax', message: 'The formula cannot be read.' },
    }
    const result = applyMapping(
      [outcome('email', 'nobody'), outcome('address', { floor: 'x' }), failed],
      schema,
    )
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { field: 'name', label: 'First name', code: 'formula_syntax' },
        {
          field: 'email',
          code: 'value_not_accepted',
          message: '“Email” does not accept “nobody”: it wants an email address.',
        },
        { field: 'address', code: 'value_not_accepted' },
      ],
    })
    expect(result.ok ? [] : result.problems).toHaveLength(3)
  })

  it('says once why a required formula failed, not also that it is missing', () => {
    const failed: FieldOutcome = {
      field: 'email',
      kind: 'formula',
      when: 'always',
      from: 'x',
      problem: { code: 'formula_timeout', message: 'Too slow.' },
    }
    expect(applyMapping([failed], schema)).toMatchObject({
      ok: false,
      problems: [{ code: 'formula_timeout' }],
    })
  })

  it('leaves out rows for fields that the action no longer has, unless it takes any', () => {
    expect(applied(outcome('fax', '1'))).toEqual({ email: 'ann@example.com' })
    const open = z.object({ id: z.string() }).catchall(z.string())
    const result = applyMapping([outcome('id', 1), outcome('anything', 2)], open)
    expect(result).toMatchObject({ ok: true, input: { id: '1', anything: '2' } })
  })
})

describe('a field that holds entries by name', () => {
  const holder = z.object({
    id: z.string(),
    properties: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({ label: 'Other properties' }),
    address: z.object({ city: z.string().meta({ label: 'City' }) }).optional(),
    body: z.unknown().optional(),
  })
  const id = outcome('id', 'x')

  it('is filled by a row per entry, over what a row for the whole field gives', () => {
    const rows = [
      id,
      outcome('properties.plan', 'pro'),
      outcome('properties', { plan: 'free', source: 'shop' }),
      outcome('properties.a.b', 3),
      outcome('address.city', 5),
      outcome('body.total', true),
      outcome('properties.nothing', undefined),
    ]
    expect(applyMapping(rows, holder)).toMatchObject({
      ok: true,
      input: {
        id: 'x',
        properties: { plan: 'pro', source: 'shop', 'a.b': 3 },
        address: { city: '5' },
        body: { total: true },
      },
    })
  })

  it('has its problems at the entry', () => {
    const result = applyMapping(
      [id, outcome('properties.plan', { x: 1 }), outcome('address.city', { x: 1 })],
      holder,
    )
    expect(result.ok ? [] : result.problems.map(({ field, label, code }) => [field, label, code])).toEqual([
      ['properties.plan', 'plan', 'value_not_accepted'],
      ['address.city', 'City', 'value_not_accepted'],
    ])
  })
})

describe('only if empty there', () => {
  it('keeps what the destination lacks, and what the action cannot do without', () => {
    const input = { email: 'ann@example.com', name: 'Ann', amount: 5, tags: ['vip'] }
    const current = { email: 'ANN@example.com', name: 'Anna', amount: null, tags: [] }
    expect(dropFilled(input, ['email', 'name', 'amount', 'tags'], current, schema)).toEqual({
      email: 'ann@example.com',
      amount: 5,
      tags: ['vip'],
    })
    expect(dropFilled(input, [], current, schema)).toEqual(input)
  })

  it('holds for an entry of a field as well', () => {
    const holder = z.object({ id: z.string(), properties: z.record(z.string(), z.string()).optional() })
    const rows = ['properties.plan', 'properties.source', 'properties.gone'].map((field): FieldOutcome => ({
      ...outcome(field, field.endsWith('gone') ? undefined : 'x'),
      when: 'only_if_empty',
    }))
    const applied = applyMapping([outcome('id', '1'), ...rows], holder)
    expect(applied).toMatchObject({ ok: true, onlyIfEmpty: ['properties.plan', 'properties.source'] })
    const input = applied.ok ? applied.input : {}
    const names = applied.ok ? applied.onlyIfEmpty : []
    expect(dropFilled(input, names, { properties: { plan: 'pro', source: ' ' } }, holder)).toEqual({
      id: '1',
      properties: { source: 'x' },
    })
  })
})
