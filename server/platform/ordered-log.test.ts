import { describe, expect, it } from 'vitest'
import { createOrderedLog, GAP_MS } from './ordered-log.ts'

function logFrom(head: number, read: (after: number) => number[] = () => []) {
  const released: number[] = []
  let at = 0
  const log = createOrderedLog<{ number: number }>({
    read: (after) => Promise.resolve(read(after).map((number) => ({ number }))),
    release: (items) => released.push(...items.map(({ number }) => number)),
    now: () => new Date(at),
  })
  log.start(head)
  return { log, released, pass: (ms: number) => (at += ms) }
}

const numbered = (...numbers: number[]) => numbers.map((number) => ({ number }))

describe('the common order of several processes', () => {
  it('lets nothing past a number whose write may still be under way', () => {
    const { log, released } = logFrom(10)
    log.offer(numbered(12, 13))
    expect(released).toEqual([])
    log.offer(numbered(11))
    expect(released).toEqual([11, 12, 13])
    log.stop()
  })

  it('goes on past a number that was taken and never used', () => {
    const { log, released, pass } = logFrom(10)
    log.offer(numbered(12))
    pass(GAP_MS + 1)
    log.offer(numbered(13))
    expect(released).toEqual([12, 13])
    log.stop()
  })

  it('reads what other processes stored', async () => {
    const { log, released } = logFrom(10, (after) => [11, 12].filter((number) => number > after))
    log.offer(numbered(13))
    await expect.poll(() => released).toEqual([11, 12, 13])
    log.stop()
  })

  it('releases nothing twice', () => {
    const { log, released } = logFrom(10)
    log.offer(numbered(11))
    log.offer(numbered(11, 12))
    expect(released).toEqual([11, 12])
    log.stop()
  })
})
