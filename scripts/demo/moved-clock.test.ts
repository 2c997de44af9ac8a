import { describe, expect, it } from 'vitest'
import { createMovedClock } from './moved-clock.ts'

describe('the clock of a demo', () => {
  const startAt = new Date('2026-10-27T09:00:00Z')
  let realMs = Date.parse('2026-11-26T09:00:00Z')
  const clock = createMovedClock(startAt, () => realMs)

  it('starts in the past and runs as fast as every other', () => {
    expect(clock.now()).toEqual(startAt)
    realMs += 1_500
    expect(clock.now()).toEqual(new Date('2026-10-27T09:00:01.500Z'))
  })

  it('is set forward and never back', () => {
    clock.moveTo(new Date('2026-11-01T00:00:00Z'))
    clock.moveTo(startAt)
    expect(clock.now()).toEqual(new Date('2026-11-01T00:00:00Z'))
  })

  it('shows what every other clock shows in the end, and stays so', () => {
    clock.showRealTime()
    clock.moveTo(new Date('2027-01-01T00:00:00Z'))
    expect(clock.now()).toEqual(new Date(realMs))
  })
})
