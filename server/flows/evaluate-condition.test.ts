import { describe, expect, it } from 'vitest'
import { evaluateCondition } from './evaluate-condition.ts'
import type { Comparison, Condition } from './flow.ts'

const holds = (op: Comparison['op'], value: Comparison['value'], actual: unknown): boolean =>
  evaluateCondition({ path: 'event.x', ...(value === undefined ? { op } : { op, value }) }, inputOf(actual))
    .holds

const inputOf = (x: unknown): object => ({ event: { x } })

const is = (path: string, op: Comparison['op'], value: Comparison['value']): Comparison => ({
  path: `event.${path}`,
  op,
  value,
})

const ops = [
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'greater',
  'at_least',
  'less',
  'at_most',
  'is_set',
  'is_blank',
  'one_of',
] as const

describe('a condition', () => {
  it.each([
    ['an object that poses as a text', JSON.parse('{ "toString": 1, "valueOf": 1 }')],
    ['such an object in a list', JSON.parse('[{ "toString": 1 }]')],
    ['an object without a prototype', Object.assign(Object.create(null), { name: 'Acme' })],
    ['a list of lists', [[['pro']]]],
    ['null', null],
    ['a huge number', 1e300],
  ])('has an answer for whatever a vendor sends: %s', (_what, actual) => {
    for (const op of ops) {
      for (const value of ['pro', 3, true, ['pro', 3], undefined]) {
        expect(typeof holds(op, value, actual)).toBe('boolean')
      }
    }
  })

  it('finds no word in an object, which is no text', () => {
    expect(holds('contains', 'object', { a: 1 })).toBe(false)
    expect(holds('equals', '[object Object]', { a: 1 })).toBe(false)
    expect(holds('contains', 'a,b', [['a', 'b']])).toBe(false)
  })

  it('takes an accent for the same, however it is written', () => {
    expect(holds('equals', 'Zoë', 'Zoe\u0308')).toBe(true)
    expect(holds('contains', 'ZOE\u0308', 'an zoë')).toBe(true)
    expect(holds('equals', 'Zoe', 'Zoë')).toBe(false)
  })

  it('finds nothing in a text where it does not say what to look for', () => {
    expect(holds('contains', undefined, 'this is undefined')).toBe(false)
  })

  it.each([
    ['pro', 'PRO'],
    ['12', 12],
    [' 12.50 ', '12.5'],
    ['-3', '-3.0'],
    [true, 'true'],
    [['free', 'pro'], 'Pro'],
  ])('takes %j for %j, as people type it', (actual, value) => {
    expect(holds('equals', value, actual)).toBe(true)
  })

  it.each([
    ['120210000000000002', '120210000000000001'],
    ['01234', '1234'],
    ['01234', 1234],
    ['16', '0x10'],
    ['1E3', '1000'],
  ])('tells the ids %j and %j apart', (actual, value) => {
    expect(holds('equals', value, actual)).toBe(false)
    expect(holds('one_of', [typeof value === 'number' ? value : String(value)], actual)).toBe(false)
    expect(holds('not_equals', value, actual)).toBe(true)
  })

  it.each([
    ['2026-11-22T19:30:00+02:00', 'less', '2026-11-22T18:00:00Z', true],
    ['2026-11-22T18:00:00Z', 'at_most', '2026-11-22T18:00:00.000Z', true],
    ['2026-11-22T18:00:00Z', 'greater', '2026-11-22T18:00:00.000Z', false],
    ['2026-11-22T20:00:00+02:00', 'equals', '2026-11-22T18:00:00Z', true],
    ['2026-11-22T23:59:59.999Z', 'at_most', '2026-11-22', true],
    ['2026-11-22T00:00:00Z', 'at_least', '2026-11-22', true],
    ['2026-11-22T18:00:00Z', 'greater', '2026-11-22', false],
    ['2026-11-23T00:00:00Z', 'greater', '2026-11-22', true],
    ['2026-11-22T18:00:00Z', 'less', '2026-11-22', false],
    ['2026-11-21T23:59:59Z', 'less', '2026-11-22', true],
    ['2026-11-22', 'less', '2026-11-23', true],
  ] as const)('knows when it was: %s %s %s is %s', (actual, op, value, outcome) => {
    expect(holds(op, value, actual)).toBe(outcome)
  })
})

describe('the reason why a condition does not hold', () => {
  const input = { event: { plan: 'pro', country: 'RU', seats: 3 } }
  const because = (condition: Condition): unknown => {
    const result = evaluateCondition(condition, input)
    return result.holds ? 'holds' : result.because
  }
  const country = { path: 'event.country', actual: 'RU' }
  const plan = { path: 'event.plan', actual: 'pro' }

  it.each([
    [
      'neither of two',
      { not: { any: [is('plan', 'equals', 'free'), is('country', 'equals', 'RU')] } },
      { ...country, op: 'not_equals', expected: 'RU' },
    ],
    [
      'not both of two',
      { not: { all: [is('plan', 'equals', 'pro'), is('seats', 'at_least', 2)] } },
      { path: 'event.seats', actual: 3, op: 'less', expected: 2 },
    ],
    [
      'none of a list',
      { not: is('country', 'one_of', ['RU', 'BY']) },
      { ...country, op: 'not_one_of', expected: ['RU', 'BY'] },
    ],
    [
      'a not within a not',
      { not: { not: is('plan', 'equals', 'free') } },
      { ...plan, op: 'equals', expected: 'free' },
    ],
    [
      'the one of several that is false',
      { all: [is('country', 'equals', 'RU'), { not: { any: [is('plan', 'contains', 'pr')] } }] },
      { ...plan, op: 'not_contains', expected: 'pr' },
    ],
    ['nothing there', { not: is('gone', 'is_blank', undefined) }, { path: 'event.gone', op: 'is_set' }],
  ])('names the comparison that decided: %s', (_what, condition, reason) => {
    expect(because(condition)).toMatchObject(reason)
  })

  it('is none where the opposite is false', () => {
    expect(because({ not: { any: [is('plan', 'equals', 'free'), is('country', 'equals', 'DE')] } })).toBe(
      'holds',
    )
    expect(because({ not: { all: [is('plan', 'equals', 'pro'), is('country', 'equals', 'DE')] } })).toBe(
      'holds',
    )
    // What is not there is neither more nor less than anything.
    expect(because({ not: is('gone', 'greater', 1) })).toBe('holds')
  })
})
