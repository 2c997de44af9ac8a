import { expect, it } from 'vitest'
import { isLargerThan } from './is-larger-than.ts'

it.each([
  ['plain', 'x'.repeat(1_000)],
  ['letters of several bytes', 'ї'.repeat(1_000)],
  ['what JSON writes longer', '"\u0001'.repeat(1_000)],
  ['long numbers', Array.from({ length: 500 }, () => 1e20)],
  ['nested', { list: [{ name: 'Ada', tags: ['a', 'b'], plan: null, is: true }], 'ключ "k"': { '': [] } }],
])('tells the size of JSON with %s in it', (_, value) => {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  expect(isLargerThan(value, bytes + 10)).toBe(false)
  expect(isLargerThan(value, bytes - 10)).toBe(true)
})

it('tells in a moment of something that no memory could hold as one text', () => {
  let value: unknown = 'x'.repeat(1_000)
  for (let doubled = 0; doubled < 60; doubled++) value = [value, value]
  expect(isLargerThan(value, 8_000_000)).toBe(true)
})
