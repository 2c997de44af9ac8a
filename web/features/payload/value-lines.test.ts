import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../../testing/start-words.ts'
import { valueLines } from './value-lines.ts'

beforeAll(startWords)

it('says what an object or a list holds a line each, as people call it, and never as JSON', () => {
  expect(valueLines({ city: 'Gdańsk', vat_id: null, company: { name: 'Acme', employee_count: 12 } })).toBe(
    'City: Gdańsk\nCompany › Name: Acme\nCompany › Number of employees: 12',
  )
  expect(valueLines([{ name: 'Lamp', quantity: 2 }, { name: 'Desk' }]).split('\n')).toEqual([
    'First › Name: Lamp',
    'First › Quantity: 2',
    'No. 2 › Name: Desk',
  ])
  expect(valueLines([{ code: 'NOV' }])).toBe('Code: NOV')
  expect(valueLines(['vip', 'lamps'])).toBe('vip, lamps')
  expect([valueLines({}), valueLines([{}]), valueLines(null), valueLines(true)]).toEqual(['', '', '', 'Yes'])
})

it('stays short however much it is given', () => {
  const many = Array.from({ length: 10_000 }, (_none, at) => ({ at }))
  expect(valueLines(many).split('\n')).toHaveLength(201)
})
