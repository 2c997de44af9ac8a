/**
 * The instant of a local time, such as `2026-11-24T14:00:00`, in a zone. An hour that a clock skips is read as if it
 * had not been put forward, one that it repeats as its first half.
 */
export function instantOf(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local}Z`)
  const first = asUtc - offsetMs(asUtc - 86_400_000, zone)
  const second = asUtc - offsetMs(first, zone)
  // Between two offsets the earlier instant that shows this local time is the one meant.
  const shown = [first, second].filter((at) => at + offsetMs(at, zone) === asUtc)
  return new Date(Math.min(...(shown.length > 0 ? shown : [first])))
}

/** Whether the name is one of the IANA zones, such as `Europe/Warsaw`. */
export function isZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** How far a zone's clock is ahead of UTC at an instant. */
function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((each) => each.type === type)?.value)
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return shown - Math.floor(at / 1000) * 1000
}
