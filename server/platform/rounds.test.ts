import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger } from './logger.ts'
import { createRounds } from './rounds.ts'
import type { Rounds } from './rounds.ts'

let lines: string[]
let rounds: Rounds
beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  rounds = createRounds(
    createLogger({ level: 'warn', destination: { write: (line: string) => lines.push(line) } }),
  )
})
afterEach(() => {
  vi.useRealTimers()
})

it('begins at once, and again so long after each end: never twice at a time', async () => {
  let begun = 0
  const ends: (() => void)[] = []
  rounds.every('look', 500, () => {
    begun++
    return new Promise((resolve) => ends.push(resolve))
  })
  await vi.advanceTimersByTimeAsync(0)
  expect(begun).toBe(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(begun).toBe(1)
  ends.shift()?.()
  await vi.advanceTimersByTimeAsync(499)
  expect(begun).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toBe(2)
})

it('tells what went wrong and tries again, but asks a database that is away no more than once a second', async () => {
  let begun = 0
  rounds.every('look', 100, () => {
    begun++
    return begun === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve()
  })
  await vi.advanceTimersByTimeAsync(999)
  expect(begun).toBe(1)
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      stage: 'job.failed',
      job: 'look',
      err: expect.objectContaining({ message: 'the database is away' }),
    }),
  ])
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toBe(2)
  await vi.advanceTimersByTimeAsync(100)
  expect(begun).toBe(3)
})

it('stops: what is under way ends, and nothing begins', async () => {
  let begun = 0
  let end: () => void = () => undefined
  rounds.every('long', 100, () => {
    begun++
    return new Promise((resolve) => (end = resolve))
  })
  rounds.every('short', 100, async () => void begun++)
  await vi.advanceTimersByTimeAsync(0)
  const stopped = vi.fn<() => void>()
  void rounds.stop().then(stopped)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(stopped).not.toHaveBeenCalled()
  end()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(stopped).toHaveBeenCalledOnce()
  expect(begun).toBe(2)
})
