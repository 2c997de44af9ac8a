const DAY_S = 86_400
const units = [
  ['hour', 3_600],
  ['minute', 60],
] as const

/** How long ago a moment was, or how long it will be, in words. */
export function ago(date: Date, now: number, language: string): string {
  const seconds = (date.getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  // A day is one of the calendar: not all that is less than two days old was yesterday.
  if (Math.abs(seconds) >= DAY_S) return format.format(dayOf(date) - dayOf(new Date(now)), 'day')
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  }
  return format.format(0, 'second')
}

/** The days of the reader's calendar, numbered. */
function dayOf(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (DAY_S * 1000)
}
