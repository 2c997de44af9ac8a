import { describe, expect, it } from 'vitest'
import { instantOf, isZone } from './zoned-time.ts'

describe('a local time', () => {
  it.each([
    ['in winter', '2026-11-24T14:00:00', 'Europe/Warsaw', '2026-11-24T13:00:00.000Z'],
    ['in summer', '2026-07-01T14:00:00', 'Europe/Warsaw', '2026-07-01T12:00:00.000Z'],
    ['west of Greenwich', '2026-11-24T14:00:00', 'America/Mexico_City', '2026-11-24T20:00:00.000Z'],
    ['across the date line', '2026-11-24T00:00:00', 'Pacific/Kiritimati', '2026-11-23T10:00:00.000Z'],
    ['half an hour off', '2026-11-24T00:00:00', 'Asia/Kolkata', '2026-11-23T18:30:00.000Z'],
    [
      'just before the clock goes forward',
      '2026-03-29T01:30:00',
      'Europe/Warsaw',
      '2026-03-29T00:30:00.000Z',
    ],
    ['just after it went forward', '2026-03-29T03:30:00', 'Europe/Warsaw', '2026-03-29T01:30:00.000Z'],
    ['that the clock skips', '2026-03-29T02:30:00', 'Europe/Warsaw', '2026-03-29T01:30:00.000Z'],
    ['that it repeats, the first', '2026-10-25T02:30:00', 'Europe/Warsaw', '2026-10-25T00:30:00.000Z'],
    ['just after it was repeated', '2026-10-25T03:00:00', 'Europe/Warsaw', '2026-10-25T02:00:00.000Z'],
    ['that it repeats in the west', '2026-11-01T01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['that it skips in the west', '2026-03-08T02:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ])('%s', (_what, local, zone, utc) => {
    expect(instantOf(local, zone).toISOString()).toBe(utc)
  })

  it('knows a zone from a word', () => {
    expect([isZone('Europe/Kyiv'), isZone('UTC'), isZone('Warsaw time'), isZone('')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
