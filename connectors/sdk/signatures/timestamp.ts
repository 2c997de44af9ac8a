import type { Verdict } from '../signature.ts'
import { accepted, refused } from '../signature.ts'

export type TimestampUnit = 's' | 'ms' | 'iso'

/** Milliseconds since 1970, or NaN when the text is not what the unit says. */
export function readTimestamp(text: string, unit: TimestampUnit): number {
  if (unit === 'iso') return Date.parse(text)
  return /^\d{1,16}$/.test(text) ? Number(text) * (unit === 's' ? 1000 : 1) : Number.NaN
}

export function writeTimestamp(at: Date, unit: TimestampUnit): string {
  if (unit === 'iso') return at.toISOString()
  return String(unit === 's' ? Math.floor(at.getTime() / 1000) : at.getTime())
}

/** Refuses what was signed too long before, or after, it arrived: an overheard request cannot be played again later. */
export function withinTolerance(
  text: string,
  unit: TimestampUnit,
  toleranceSeconds: number,
  receivedAt: Date,
): Verdict {
  const signedAt = readTimestamp(text, unit)
  if (Number.isNaN(signedAt)) return refused('timestamp_unreadable')
  const seconds = Math.abs(receivedAt.getTime() - signedAt) / 1000
  if (seconds <= toleranceSeconds) return accepted
  return refused('timestamp_outside_tolerance', { seconds: Math.round(seconds), tolerance: toleranceSeconds })
}
