/**
 * The instant of a local time, such as `2026-11-24T14:00:00`, in a zone. An hour that a clock skips is read as if it
 * had not been put forward, one that it repeats as its first half.
 */
export function instantOf(local: string, zone: string): Date {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' })
  return new Date(zoned.epochMilliseconds)
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
