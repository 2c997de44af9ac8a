import { beforeAll, describe, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { newComparison, newGroup, readCondition, writeCondition } from './condition.ts'
import { comparisonWords, conditionWords } from './condition-words.ts'
import { operatorFor, operatorsOf } from './operators.ts'

beforeAll(() => startWords())

const plan = { path: 'event.properties.plan', op: 'equals', value: 'pro' }
const country = { path: 'contact.address.country', op: 'one_of', value: ['DE', 'AT'] }
const paid = { path: 'event.properties.total', op: 'at_least', value: 100 }

describe('a condition', () => {
  it.each([
    [plan],
    [{ all: [plan, country] }],
    [{ any: [plan, { all: [country, paid] }] }],
    [{ not: { any: [plan, country] } }],
    [{ all: [{ not: plan }, { not: { all: [paid, country] } }] }],
  ])('is the same after it has been in the editor: %j', (stored) => {
    expect(writeCondition(readCondition(stored))).toEqual(stored)
  })

  it('leaves out what is half made, and is none where nothing is left', () => {
    const half = [newComparison(), newComparison('event.properties.plan', 'one_of', [])]
    expect(writeCondition(newGroup('all', half))).toBeUndefined()
    expect(writeCondition(newGroup('any', [...half, newComparison('contact.email', 'is_set', 'x')]))).toEqual(
      {
        path: 'contact.email',
        op: 'is_set',
      },
    )
  })

  it('reads as a sentence', () => {
    expect(conditionWords({ all: [plan, country] })).toBe(
      'plan is pro and the contact’s address country is one of DE or AT',
    )
    expect(conditionWords({ any: [{ all: [plan, paid] }, { not: country }] })).toBe(
      '(plan is pro and total is at least 100) or not: the contact’s address country is one of DE or AT',
    )
    expect(conditionWords({ path: 'event.properties.due', op: 'less', value: '2026-12-01' })).toBe(
      'due is before 2026-12-01',
    )
    expect(conditionWords(null)).toBe('')
  })

  it('names a comparison that was false in the same words', () => {
    expect(comparisonWords({ path: 'event.properties.paid', op: 'equals', expected: true })).toBe(
      'paid is yes',
    )
    expect(
      comparisonWords({ path: 'event.properties.country', op: 'not_one_of', expected: ['RU', 'BY'] }),
    ).toBe('country is none of RU or BY')
  })

  it('offers what makes sense for the value, and keeps what was chosen', () => {
    expect(operatorsOf('yes_no', 'contains')).toEqual(['equals', 'contains', 'is_set', 'is_blank'])
    expect(operatorFor('time', 'equals')).toBe('at_least')
    expect(operatorFor('number', 'less')).toBe('less')
  })
})
