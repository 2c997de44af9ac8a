import { expect, it } from 'vitest'
import { runsPerDay } from './runs-per-day.ts'

it('counts days as they begin and end where one lives, also when the clocks change', async () => {
  const asked: [string, string][] = []
  const days = await runsPerDay(
    {
      countBetween: async (_flow, from, to) => {
        asked.push([from.toISOString(), to.toISOString()])
        return (to.getTime() - from.getTime()) / 3_600_000
      },
    },
    'flw_1',
    { days: 3, timeZone: 'Europe/Madrid', now: new Date('2026-10-25T23:30:00Z') },
  )
  expect(days).toEqual([
    { day: '2026-10-24', count: 24 },
    { day: '2026-10-25', count: 25 },
    { day: '2026-10-26', count: 24 },
  ])
  expect(asked).toEqual([
    ['2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z'],
    ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['2026-10-25T23:00:00.000Z', '2026-10-26T23:00:00.000Z'],
  ])
})
