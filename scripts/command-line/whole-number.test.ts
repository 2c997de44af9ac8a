import { expect, it } from 'vitest'
import { ports, wholeNumber } from './whole-number.ts'

it('takes a whole number within its bounds, these included', () => {
  expect(['0', '4000', '65535'].map((text) => wholeNumber('--port', text, ports))).toEqual([0, 4000, 65_535])
})

it.each(['abc', '', ' ', '-1', '65536', '1.5', '1e3', '0x10', '4000 ', 'Infinity'])(
  'names the option, what came and what is allowed, for “%s”',
  (text) => {
    expect(() => wholeNumber('--port', text, ports)).toThrow(
      `--port takes a whole number from 0 to 65535, and got “${text}”.`,
    )
  },
)
