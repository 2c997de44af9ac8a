import { describe, expect, it } from 'vitest'
import { labelOf, openTargets, targetRows } from './targets.ts'

const field = (name: string, over: Record<string, unknown> = {}) => ({
  name,
  label: name.toUpperCase(),
  help: null,
  kind: 'text',
  required: false,
  choices: null,
  choiceLabels: null,
  otherwise: null,
  suggest: [],
  onlyFor: [],
  ...over,
})
// A fragment is opaque outside of its own file.
const form = [
  field('email', { required: true }),
  field('mode', { otherwise: 'simple' }),
  field('detail', { onlyFor: [{ field: 'mode', values: ['full'] }] }),
  field('properties', { kind: 'object' }),
] as never
const row = { source: { kind: 'fixed', value: 'x' }, when: 'always' } as const

describe('the rows of a mapping', () => {
  it('begin with what the destination needs and end with what has vanished there', () => {
    const rows = targetRows(form, { gone: row, 'properties.plan': row, mode: row }, [])
    expect(rows.map(({ name, isGone }) => [name, isGone])).toEqual([
      ['email', false],
      ['mode', false],
      ['properties.plan', false],
      ['gone', true],
    ])
    expect(labelOf(form, 'properties.plan')).toBe('PROPERTIES › plan')
  })

  it('can be more, but not those that count for another choice only', () => {
    const names = (fields: Parameters<typeof openTargets>[1]) =>
      openTargets(form, fields, []).map(({ name }) => name)
    expect(names({})).toEqual(['mode', 'properties'])
    expect(names({ mode: { ...row, source: { kind: 'fixed', value: 'full' } } })).toEqual([
      'detail',
      'properties',
    ])
  })
})
