import { expect, it } from 'vitest'
import { majorOf, minorOf } from './money.ts'

it.each([
  [1999, 'EUR', 19.99],
  [1999, 'JPY', 1999],
  [1999, 'KWD', 1.999],
  [7, 'usd', 0.07],
  [-2500, 'PLN', -25],
  [0, 'CLP', 0],
])('%s minor units of %s are %s, and back', (minor, currency, major) => {
  expect(majorOf(minor, currency)).toBe(major)
  expect(minorOf(major, currency)).toBe(minor)
})

it('loses no cent to the way computers write decimals', () => {
  expect(minorOf('1.005', 'EUR')).toBe(101)
  expect(minorOf(8.2, 'EUR')).toBe(820)
  expect(minorOf('4.35', 'EUR')).toBe(435)
})
