import { beforeAll, expect, it } from 'vitest'
import { startWords } from '../testing/start-words.ts'
import { reasonWords } from './reason-words.ts'

beforeAll(() => startWords())

it('says why a flow did not run without the codes of a vendor', () => {
  const data = {
    path: 'event.properties.billing_reason',
    op: 'not_equals',
    expected: 'subscription_cycle',
    actual: 'subscription_cycle',
  }

  expect(reasonWords({ code: 'filter_false', data })).toBe(
    '“billing reason is not subscription cycle” was not met: it was subscription cycle.',
  )
})
