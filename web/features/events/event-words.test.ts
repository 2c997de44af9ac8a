import { expect, it } from 'vitest'
import { happened } from './event-words.ts'

it('says what happened in words, with the tool’s own name where there are no better ones', () => {
  expect(happened({ name: 'order.completed', ownName: null })).toBe('Order completed')
  expect(happened({ name: 'custom.event', ownName: 'refund.created' })).toBe('Custom event: refund.created')
})
