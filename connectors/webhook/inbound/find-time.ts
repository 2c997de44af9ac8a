/** An instant in whatever way senders write one: ISO 8601, or seconds or milliseconds since 1970. */
export function readInstant(value: unknown): string | undefined {
  const number = typeof value === 'number' ? value : numberIn(value)
  // Seconds reach 10^11 in the year 5138, milliseconds passed it in 1973.
  const at = number === undefined ? dateIn(value) : new Date(number < 1e11 ? number * 1000 : number)
  return at && isPlausible(at) ? at.toISOString() : undefined
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{9,14}(\.\d+)?$/.test(value) ? Number(value) : undefined
}

/** Without a zone the sender's local time is anybody's guess; UTC is ours. */
function dateIn(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}([T ]|$)/.test(value)) return undefined
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(value)
  const text = value.replace(' ', 'T')
  return new Date(hasZone || !text.includes('T') ? text : `${text}Z`)
}

const isPlausible = (at: Date): boolean => at.getTime() > 0 && at.getUTCFullYear() < 2200
