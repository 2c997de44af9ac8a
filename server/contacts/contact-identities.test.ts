import { expect, it } from 'vitest'
import { normalPhone } from './contact-identities.ts'

it.each([
  ['+44 (0)20 7946 0958', '+442079460958'],
  ['+44 ( 0 ) 20 7946 0958', '+442079460958'],
  ['+49 (0)30-123456', '+4930123456'],
  // In Italy the zero belongs to the number.
  ['+39 (0)6 6982 1234', '+390669821234'],
])('takes %s for the number that is dialled from abroad', (written, dialled) => {
  expect(normalPhone(written, undefined)).toBe(dialled)
})
