import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { nameInWords } from './name-in-words.ts'
import { valueInWords } from './value-in-words.ts'

it('lays out what somebody sent a line each, as people call it, without blanks', () => {
  const sent = {
    form_id: 'contact',
    fields: { Budget: '20 000', interests: ['Piano', 'Violin'], note: ' ', newsletter: true },
    company: { name: 'Acme', vatId: 'PL123' },
    total: 49.9,
    total_minor: 4990,
    products: [{ name: 'Lamp', quantity: 2 }, { name: 'Desk' }],
    discounts: [{ code: 'NOV' }],
    empty: {},
  }
  expect(valueInWords(sent).split('\n')).toEqual([
    'Form ID: contact',
    'Budget: 20 000',
    'Interests: Piano, Violin',
    'Newsletter: true',
    'Company › Name: Acme',
    'Company › VAT ID: PL123',
    'Total: 49.9',
    'Products › 1 › Name: Lamp',
    'Products › 1 › Quantity: 2',
    'Products › 2 › Name: Desk',
    'Discounts › Code: NOV',
  ])
})

it('says what fits into a sentence as a sentence says it, and something else for nothing', () => {
  expect(valueInWords(['a', '', 'b'])).toBe('a, b')
  expect(valueInWords(12)).toBe('12')
  for (const nothing of [undefined, null, ' ', [], {}, [{}], { a: { b: null } }])
    expect(valueInWords(nothing, 'nothing')).toBe('nothing')
})

it('stays readable however much it is given', () => {
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_none, at) => [`n${at}`, 'x'.repeat(10)]))
  const lines = valueInWords({ long: 'y'.repeat(100_000), wide }).split('\n')
  expect([lines.length, lines.at(-1)]).toEqual([201, '…'])
  expect(lines[0]).toHaveLength(2_007)
  let deep: unknown = 'end'
  for (let level = 0; level < 20_000; level++) deep = { a: deep }
  expect(valueInWords(deep)).toMatch(/^A › .*: …$/)
})

it('calls a field what the page calls it', () => {
  const catalogue = readFileSync(new URL('../web/i18n/en.json', import.meta.url), 'utf8')
  const { field } = z.object({ field: z.record(z.string(), z.string()) }).parse(JSON.parse(catalogue))
  expect(Object.fromEntries(Object.keys(field).map((name) => [name, nameInWords(name)]))).toEqual(field)
})
