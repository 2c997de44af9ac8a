import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { createNumbers } from './numbers.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ SWITCHYARD_ROLE: 'api' })
})
afterAll(() => hub.close())

it.each([true, false])(
  'puts what two parts of one process number into one order (exclusive: %s)',
  async (exclusive) => {
    const { connection } = hub.deps.database
    const name = `test-${exclusive}`
    const intake = createNumbers(connection, name, exclusive)
    const replays = createNumbers(connection, name, exclusive)
    const taken = [
      await intake.take(3),
      await replays.take(1),
      await intake.take(2),
      await replays.take(1),
      await intake.take(1),
    ]
    expect(taken).toEqual([1, 4, 5, 7, 8])
  },
)

it('asks for numbers again where the database could give none a moment before', async () => {
  const { connection } = hub.deps.database
  const counters = connection.collection('counters')
  await counters.insertOne({ _id: 'test-full', next: 'no number' } as never)
  const numbers = createNumbers(connection, 'test-full', true)
  await expect(numbers.take(1)).rejects.toThrow(/\$inc/)
  await counters.updateOne({ _id: 'test-full' } as never, { $set: { next: 0 } })
  expect(await numbers.take(1)).toBe(1)
})
