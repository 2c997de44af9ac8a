import { expect, it } from 'vitest'
import { differences } from './differences.ts'

it('names what became another value, what is new and what is gone, and nothing else', () => {
  const old = { email: 'ada@example.com', name: { first: 'Ada', last: 'L' }, tags: ['a'], gone: 1 }
  const now = {
    email: 'ada@example.com',
    name: { first: 'Ada', last: 'Lovelace' },
    tags: ['a', 'b'],
    plan: 'pro',
  }
  expect(differences(old, now)).toEqual([
    { field: 'name.last', old: 'L', new: 'Lovelace' },
    { field: 'tags', old: ['a'], new: ['a', 'b'] },
    { field: 'gone', old: 1, new: null },
    { field: 'plan', old: null, new: 'pro' },
  ])
})

it('shows all of it where there was nothing before', () => {
  expect(differences(null, { email: 'ada@example.com' })).toEqual([
    { field: 'email', old: null, new: 'ada@example.com' },
  ])
})
