import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { FormulaResult, FormulaRunner } from './formula.ts'
import { compileMapping, mappingFieldsSchema } from './mapping.ts'
import type { MappingFields, MappingInput, Source } from './mapping.ts'

const input: MappingInput = {
  event: {
    id: 'evt_1',
    name: 'order.completed',
    occurred_at: '2026-11-22T18:00:00Z',
    received_at: '2026-11-22T18:00:01Z',
    contact: { email: 'ann@example.com', phone: null },
    properties: { plan: 'p1', total: 12.5, coupon: ' ', products: [{ name: 'Tea' }, { name: 'Milk' }] },
    context: {},
    actor: 'contact',
    get raw(): unknown {
      throw new Error('raw was read although no row asks for it')
    },
  },
  contact: { first_name: '', tags: [], visits: 0 },
  company: null,
  connection: { name: 'Shop' },
  steps: { stp_1: { id: '42' } },
  now: '2026-11-22T18:00:02Z',
}

function valuesOf(fields: MappingFields): Record<string, unknown> {
  return Object.fromEntries(
    compileMapping(fields)
      .runInstant(input)
      .map(({ field, value }) => [field, value]),
  )
}

/** Answers each formula from a table, and remembers what it was given. */
function formulasAnswering(answers: Record<string, FormulaResult>): FormulaRunner & { inputs: string[] } {
  const inputs: string[] = []
  const answer = (expression: string): FormulaResult =>
    answers[expression] ?? { ok: false, code: 'formula_syntax', message: 'no such formula' }
  return {
    inputs,
    evaluate: async (expression) => answer(expression),
    evaluateMany: async (expressions, given, now) => {
      inputs.push(JSON.stringify({ given, now }))
      return expressions.map(answer)
    },
    check: async () => ({ ok: true }),
    stop: async () => {},
  }
}

describe('a mapping', () => {
  it('fills fields from the event, the contact, earlier steps and fixed values', () => {
    expect(
      valuesOf({
        email: { source: { kind: 'field', path: 'event.contact.email' }, when: 'always' },
        dealFor: { source: { kind: 'field', path: 'steps.stp_1.id' }, when: 'always' },
        greeting: {
          source: {
            kind: 'text',
            parts: [
              'Hi ',
              { path: 'contact.first_name', fallback: 'friend' },
              ', ',
              { path: 'event.properties.products.name' },
            ],
          },
          when: 'always',
        },
        plan: {
          source: { kind: 'lookup', path: 'event.properties.plan', table: { p1: 'Pro' }, otherwise: 'Free' },
          when: 'always',
        },
        other: {
          source: { kind: 'lookup', path: 'event.properties.total', table: { p1: 'Pro' }, otherwise: 'Free' },
          when: 'always',
        },
        unknown: {
          source: { kind: 'lookup', path: 'event.properties.plan', table: { constructor: 'x' } },
          when: 'always',
        },
        source: { source: { kind: 'fixed', value: true }, when: 'always' },
        missing: { source: { kind: 'field', path: 'company.name' }, when: 'always' },
      }),
    ).toEqual({
      email: 'ann@example.com',
      dealFor: '42',
      greeting: 'Hi friend, Tea, Milk',
      plan: 'Pro',
      other: 'Free',
      unknown: undefined,
      source: true,
      missing: undefined,
    })
  })

  it.each([
    ['a missing value', 'contact.nothing'],
    ['null', 'event.contact.phone'],
    ['an empty text', 'contact.first_name'],
    ['a text of spaces', 'event.properties.coupon'],
    ['an empty list', 'contact.tags'],
  ])('puts the fallback in place of %s, and never sends it as a blank', (_what, path) => {
    expect(valuesOf({ f: { source: { kind: 'field', path, fallback: 'none' }, when: 'always' } })).toEqual({
      f: 'none',
    })
    const [outcome] = compileMapping({
      f: { source: { kind: 'field', path }, when: 'never_blank' },
    }).runInstant(input)
    expect(outcome).toEqual({ field: 'f', kind: 'field', when: 'never_blank', from: path })
  })

  it('takes zero for a value, not for a blank', () => {
    expect(
      valuesOf({
        f: { source: { kind: 'field', path: 'contact.visits', fallback: 'none' }, when: 'never_blank' },
      }),
    ).toEqual({ f: 0 })
  })

  it('tells which fields must not overwrite, which steps it needs, and whether it reads what was posted', () => {
    const compiled = compileMapping({
      a: { source: { kind: 'field', path: 'steps.stp_1.id' }, when: 'only_if_empty' },
      b: {
        source: { kind: 'formula', expression: 'steps.stp_2.url & steps.`stp 3`.x & event.properties.steps' },
        when: 'always',
      },
      c: { source: { kind: 'formula', expression: '$lookup(steps, "x")' }, when: 'always' },
    })
    expect(compiled).toMatchObject({
      onlyIfEmpty: ['a'],
      readsSteps: ['stp_1', 'stp_2', 'stp 3', '*'],
      readsRaw: false,
    })
    const reads = (path: string): boolean =>
      compileMapping({ a: { source: { kind: 'field', path }, when: 'always' } }).readsRaw
    expect([reads('event.raw.id'), reads('event'), reads('event.properties.raw')]).toEqual([
      true,
      true,
      false,
    ])
    const formulaReads = compileMapping({
      a: { source: { kind: 'formula', expression: 'event.raw.id' }, when: 'always' },
    })
    expect(formulaReads.readsRaw).toBe(true)
  })

  it('loses one field to a bad formula, and no more', async () => {
    const formulas = formulasAnswering({
      good: { ok: true, value: 7 },
      bad: { ok: false, code: 'formula_failed', message: 'It failed.', position: 3 },
      empty: { ok: true, value: undefined },
    })
    const compiled = compileMapping({
      a: { source: { kind: 'formula', expression: 'bad' }, when: 'always' },
      b: { source: { kind: 'field', path: 'event.contact.email' }, when: 'always' },
      c: { source: { kind: 'formula', expression: 'good' }, when: 'always' },
      d: { source: { kind: 'formula', expression: 'empty' }, when: 'always' },
    })
    expect(compiled.instant).toBe(false)
    expect(await compiled.run(input, formulas)).toEqual([
      {
        field: 'a',
        kind: 'formula',
        when: 'always',
        from: 'bad',
        problem: { code: 'formula_failed', message: 'It failed.', data: { position: 3 } },
      },
      { field: 'b', kind: 'field', when: 'always', from: 'event.contact.email', value: 'ann@example.com' },
      { field: 'c', kind: 'formula', when: 'always', from: 'good', value: 7 },
      { field: 'd', kind: 'formula', when: 'always', from: 'empty' },
    ])
    expect(formulas.inputs).toHaveLength(1)
    expect(JSON.parse(formulas.inputs[0] ?? '')).toMatchObject({ now: '2026-11-22T18:00:02.000Z' })
  })

  it('needs no formula process where there is no formula', async () => {
    const compiled = compileMapping({ a: { source: { kind: 'fixed', value: 1 }, when: 'always' } })
    const formulas = formulasAnswering({})
    expect(compiled.instant).toBe(true)
    expect(await compiled.run(input, formulas)).toEqual(compiled.runInstant(input))
    expect(formulas.inputs).toEqual([])
  })
})

describe('the stored form', () => {
  const accepts = (field: unknown): string | undefined =>
    mappingFieldsSchema.safeParse({ email: field }).error?.issues[0]?.message

  it('accepts each kind of source', () => {
    expect(
      mappingFieldsSchema.safeParse({
        a: { source: { kind: 'field', path: 'contact.`First name`[0]', fallback: '' }, when: 'always' },
        b: { source: { kind: 'text', parts: ['x', { path: 'now' }] }, when: 'never_blank' },
        c: { source: { kind: 'fixed', value: 0 }, when: 'only_if_empty' },
        d: { source: { kind: 'lookup', path: 'event.name', table: {}, otherwise: 'x' }, when: 'always' },
        e: { source: { kind: 'formula', expression: '1' }, when: 'always' },
      }).success,
    ).toBe(true)
  })

  it.each([
    [
      'a path that cannot be read',
      { source: { kind: 'field', path: 'event.First name' }, when: 'always' },
      'a dot or the end was expected at character 12',
    ],
    [
      'a path to nowhere',
      { source: { kind: 'field', path: 'contacts.email' }, when: 'always' },
      'must begin with one of event, contact',
    ],
    [
      'a path inside a text',
      { source: { kind: 'text', parts: [{ path: 'x' }] }, when: 'always' },
      'must begin with one of',
    ],
    ['an unknown word for when', { source: { kind: 'fixed', value: 1 }, when: 'sometimes' }, 'always'],
    [
      'a formula of a megabyte',
      { source: { kind: 'formula', expression: 'x'.repeat(1_000_000) }, when: 'always' },
      '20000',
    ],
  ])('refuses %s', (_what, field, message) => {
    expect(accepts(field)).toContain(message)
  })

  it('refuses a field name that would reach a prototype', () => {
    const fields: unknown = JSON.parse(
      '{ "__proto__": { "source": { "kind": "fixed", "value": 1 }, "when": "always" } }',
    )
    const parsed = mappingFieldsSchema.safeParse(fields)
    expect(parsed.success ? Object.keys(parsed.data) : []).toEqual([])
  })
})

describe('a field that holds HTML', () => {
  const schema = z.object({ subject: z.string(), html: z.string().optional().meta({ html: true }) })
  const evil = '<img src=x onerror="alert(1)"> & Söhne'
  const withName = { ...input, contact: { first_name: evil, tags: ['<a>', "it's"] } }
  const valueOf = (source: Source, field = 'html') =>
    compileMapping({ [field]: { source, when: 'always' } }, schema).runInstant(withName)[0]

  it('takes what is read as text, so that nobody’s name becomes a tag, and what was written as it stands', () => {
    const parts = [
      '<p>Dear ',
      { path: 'contact.first_name' },
      ', ',
      { path: 'contact.gone', fallback: '<b>you</b>' },
    ]
    expect(valueOf({ kind: 'text', parts })).toMatchObject({
      value: '<p>Dear &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; Söhne, <b>you</b>',
      from: '<p>Dear {escapeHtml(contact.first_name)}, {escapeHtml(contact.gone)}',
    })
    expect(valueOf({ kind: 'field', path: 'contact.tags' })).toMatchObject({ value: '&lt;a&gt;, it&#39;s' })
    expect(valueOf({ kind: 'field', path: 'contact.gone' })).not.toHaveProperty('value')
    expect(valueOf({ kind: 'fixed', value: '<hr>' })).toMatchObject({ value: '<hr>' })
    expect(valueOf({ kind: 'lookup', path: 'contact.gone', table: {}, otherwise: '<hr>' })).toMatchObject({
      value: '<hr>',
    })
  })

  it('keeps the lines of what somebody wrote', () => {
    const lines = {
      ...withName,
      contact: { message: 'Hello,\nI am <b>Ann</b>', more: { budget: 5, seats: 2 } },
    }
    const parts = [{ path: 'contact.message' }, ' | ', { path: 'contact.more' }]
    const row = { html: { source: { kind: 'text' as const, parts }, when: 'always' as const } }
    expect(compileMapping(row, schema).runInstant(lines)[0]?.value).toBe(
      'Hello,<br>I am &lt;b&gt;Ann&lt;/b&gt; | Budget: 5<br>Seats: 2',
    )
  })

  it('is the only one that is treated so', () => {
    expect(valueOf({ kind: 'field', path: 'contact.first_name' }, 'subject')).toMatchObject({ value: evil })
  })
})
