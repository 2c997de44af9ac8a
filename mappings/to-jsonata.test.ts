import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formulaFunctions } from './functions.ts'
import { compileMapping } from './mapping.ts'
import type { MappingInput, Source } from './mapping.ts'
import { printPath } from './path.ts'
import { mappingToJsonata, sourceToJsonata } from './to-jsonata.ts'

async function byJsonata(formula: string, input: object): Promise<unknown> {
  const expression = jsonata(formula)
  for (const [name, { run }] of Object.entries(formulaFunctions)) expression.assign(name, run)
  const value: unknown = await expression.evaluate(input)
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

function inputWith(properties: Record<string, unknown>): MappingInput {
  return {
    event: {
      id: 'evt_1',
      name: 'order.completed',
      occurred_at: '2026-11-22T18:00:00Z',
      received_at: '2026-11-22T18:00:01Z',
      contact: {},
      properties,
      context: {},
      actor: 'contact',
      raw: {},
    },
    contact: null,
    company: null,
    connection: {},
    steps: {},
    now: '2026-11-22T18:00:02Z',
  }
}

/** Few names, so that paths and data meet; odd ones among them. */
const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'First name',
      'in',
      'null',
      '0',
      'é',
      'x`y',
      'constructor',
      '"',
      'a.b',
      '$',
      '',
    ),
  },
)
const pathName = name.filter((text) => text !== '')
const scalar = fc.oneof(
  fc.constantFrom('', ' ', 'pro', 'Ann', null, true, false, 0, 1, -2.5, 1e21, 0.1),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
const data = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

const path = fc
  .array(
    fc.record({
      name: pathName,
      indexes: fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 2 }),
      keepsList: fc.boolean(),
    }),
    { maxLength: 4 },
  )
  .map((segments) => ['event.properties', ...segments.map((one) => printPath({ segments: [one] }))].join('.'))

const text = fc.oneof(fc.constantFrom('', ' ', '"quoted"', '\\', '\n', '\u0007'), fc.string({ maxLength: 6 }))
const optionalText = fc.option(text, { nil: undefined })
const source: fc.Arbitrary<Source> = fc.oneof(
  fc.record({ kind: fc.constant('field' as const), path, fallback: optionalText }),
  fc.record({
    kind: fc.constant('text' as const),
    parts: fc.array(fc.oneof(text, fc.record({ path, fallback: optionalText })), { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('fixed' as const),
    value: fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean()),
  }),
  fc.record({
    kind: fc.constant('lookup' as const),
    path,
    table: fc.dictionary(
      fc.constantFrom('pro', 'Ann', 'true', '1', 'x', '', 'constructor', '"').map(String),
      text,
      { maxKeys: 4, noNullPrototype: true },
    ),
    otherwise: optionalText,
  }),
)

describe('a mapping as JSONata', () => {
  it('gives exactly what the compiled mapping gives, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(
        source,
        fc.boolean(),
        fc.dictionary(name, data, { maxKeys: 5, noNullPrototype: true }),
        async (row, isHtml, properties) => {
          const plain: Record<string, unknown> = JSON.parse(JSON.stringify(properties))
          const input = inputWith(plain)
          const schema = z.object({ target: z.unknown().meta({ html: isHtml }) })
          const [outcome] = compileMapping({ target: { source: row, when: 'always' } }, schema).runInstant(
            input,
          )
          expect(JSON.parse(JSON.stringify({ value: outcome?.value }))).toEqual(
            JSON.parse(JSON.stringify({ value: await byJsonata(sourceToJsonata(row, isHtml), input) })),
          )
        },
      ),
      { numRuns: 3_000 },
    )
  })

  it('reads as one object with a line per field, quoted only where needed', () => {
    expect(
      mappingToJsonata({
        email: { source: { kind: 'field', path: 'event.contact.email' }, when: 'always' },
        'first-name': {
          source: { kind: 'text', parts: ['Dear ', { path: 'event.raw.`First name`', fallback: 'friend' }] },
          when: 'always',
        },
        source: { source: { kind: 'fixed', value: 'shop' }, when: 'always' },
        plan: {
          source: { kind: 'lookup', path: 'event.properties.plan', table: { p1: 'Pro' }, otherwise: 'Free' },
          when: 'always',
        },
        total: { source: { kind: 'formula', expression: 'event.properties.total * 100' }, when: 'always' },
      }),
    ).toBe(
      `{
  "email": event.contact.email,
  "first-name": "Dear " & $inWords(event.raw.\`First name\`, "friend"),
  "source": "shop",
  "plan": $lookup({ "p1": "Pro" }, $text(event.properties.plan), "Free"),
  "total": (event.properties.total * 100)
}`,
    )
    expect(mappingToJsonata({})).toBe('{}')
  })
})
