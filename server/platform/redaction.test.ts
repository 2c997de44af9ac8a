import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRedactor, cut } from './redaction.ts'

const secret = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 })

it('finds a secret anywhere in a text', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      expect(createRedactor([value])(before + value + after)).not.toContain(value)
    }),
  )
})

it('finds a secret in base64 wherever it begins, and leaves nothing of that base64', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(before + value + after).toString(encoding)
        expect(createRedactor([value])(`"${text}"`)).toBe(`"${cut}"`)
      }
    }),
  )
})

it('finds a secret in a form, an address and JSON', () => {
  fc.assert(
    fc.property(secret, (value) => {
      const redact = createRedactor([value])
      expect(redact(new URLSearchParams({ a: value }).toString())).toBe(`a=${cut}`)
      expect(redact(`/x/${encodeURIComponent(value.toWellFormed())}/y`)).toBe(`/x/${cut}/y`)
      expect(redact(JSON.stringify({ a: value }))).toBe(`{"a":"${cut}"}`)
    }),
  )
})

it('leaves nothing behind of a secret that ends in a per cent sign', () => {
  const redact = createRedactor(['pass%'])
  expect(redact('a=pass%25&b=pass%')).toBe(`a=${cut}&b=${cut}`)
})

it('finds a secret in JSON that is packed into JSON, three times over', () => {
  fc.assert(
    fc.property(secret, fc.string(), (value, beside) => {
      const redact = createRedactor([value])
      let text = JSON.stringify({ value, beside })
      for (let depth = 0; depth < 3; depth++) {
        expect(redact(text)).not.toContain(JSON.stringify(value).slice(1, -1))
        expect(redact(text)).toContain(cut)
        text = JSON.stringify({ text })
      }
    }),
  )
})

it.each([
  ['as PHP writes JSON', String.raw`{"key":"a\/b+c\u00fc\u201d\ud83d\ude00=="}`],
  ['as Python writes JSON', String.raw`{"key":"a/b+c\u00fc\u201d\ud83d\ude00=="}`],
  [
    'in an address within an address',
    'x=a%252Fb%252Bc%25C3%25BC%25E2%2580%259D%25F0%259F%2598%2580%253D%253D&y=1',
  ],
  ['in an address in small letters', 'x=a%2fb%2bc%c3%bc%e2%80%9d%f0%9f%98%80%3d%3d&y=1'],
  ['on an error page', '<p>a&#x2F;b&#43;c&#252;&#8221;&#128512;==</p>'],
])('finds a secret %s', (_way, text) => {
  const clean = createRedactor(['a/b+cü”😀=='])(text)
  expect(clean).toMatch(/^[^•]*(?:"|=|>)•••(?:"|&|<)[^•]*$/)
})

it('is not slowed down by a text made for that', () => {
  const redact = createRedactor(['\\\\\\\\\\\\"""" \\\\\\\\', '////////', '        '])
  for (const run of ['\\', '/', '%', '&#0', '"', 'A']) redact(run.repeat(100_000))
  // Bounded work: each of these would take minutes if the search divided the runs up in every way.
  expect(redact('\\'.repeat(100)).length).toBeLessThanOrEqual(100)
})

it('cuts a secret that contains another one whole', () => {
  expect(createRedactor(['abcd', 'abcdefgh'])('x abcdefgh y abcd')).toBe(`x ${cut} y ${cut}`)
})

it('leaves a text without a secret as it is', () => {
  const redact = createRedactor(['a secret', '', 'abc'])
  expect(redact('abc is too short to be looked for inside other words')).toBe(
    'abc is too short to be looked for inside other words',
  )
})
