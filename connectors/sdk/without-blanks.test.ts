import { expect, it } from 'vitest'
import { withoutBlanks } from './without-blanks.ts'

it('leaves out what says nothing, at every depth, and keeps no, zero and empty lists', () => {
  const at = new Date(0)
  expect(
    withoutBlanks({
      a: null,
      b: undefined,
      c: '',
      d: { e: null },
      f: false,
      g: 0,
      h: [],
      i: { j: 'x', k: '' },
      at,
    }),
  ).toEqual({ f: false, g: 0, h: [], i: { j: 'x' }, at })
})

it('lets nobody give the copy another prototype', () => {
  const filled = withoutBlanks(JSON.parse('{"a":1,"__proto__":{"isAdmin":true}}'))
  expect(Object.getPrototypeOf(filled)).toBe(Object.prototype)
  expect(filled).toEqual({ a: 1 })
})
