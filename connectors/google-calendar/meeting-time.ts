import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { calendarPath } from './auth.ts'
import { instantOf, isZone } from './zoned-time.ts'

const day = /^\d{4}-\d{2}-\d{2}$/
/** Whether a time is a whole day. */
export const isDay = (text: string): boolean => day.test(text)
const timed = /^(\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/

const isTime = (text: string): boolean =>
  (isDay(text) || timed.test(text)) && z.iso.date().safeParse(text.slice(0, 10)).success

/** A field for a time, as an action's input takes it. */
export const time = z.string().refine(isTime, {
  error:
    'Write a time as 2026-11-24T14:00, with +01:00 or Z behind it if it is not local, or a day as 2026-11-24.',
})

/** How a mapping says when a meeting is. */
export const times = {
  start: time.meta({
    label: 'Start',
    help: 'Such as 2026-11-24T14:00 (local time), 2026-11-24T13:00:00Z, or 2026-11-24 for a whole day.',
    suggest: 'event.properties.start_at',
  }),
  end: time.optional().meta({
    label: 'End',
    help: 'Written like the start. For whole days it is the last day. Without it the length counts.',
  }),
  durationMinutes: z
    .int()
    .min(1)
    .max(14 * 1440)
    .optional()
    .meta({ label: 'Length in minutes' }),
  timezone: z.string().refine(isZone, 'Write the time zone as Europe/Warsaw.').optional().meta({
    label: 'Time zone',
    help: 'Of local times, such as Europe/Warsaw. Without it the calendar’s own counts.',
    suggest: 'contact.timezone.iana',
  }),
}

export interface TimesInput {
  start: string
  end?: string
  durationMinutes?: number
  timezone?: string
}

/** A time as Google takes it. */
export type WrittenTime = { date: string } | { dateTime: string; timeZone?: string }

/** When a meeting begins and ends. `usualMinutes` is its length where the mapping says none. */
export async function writtenTimes(
  { http, calendarId }: { http: Http; calendarId: string },
  { start, end, durationMinutes, timezone }: TimesInput,
  usualMinutes: number,
): Promise<{ start: WrittenTime; end: WrittenTime }> {
  if (isDay(start)) return wholeDays(start, end)
  if (end && isDay(end))
    throw new InputRefusedError('The start is a time and the end is a day. Map both alike.', 'end')
  const until = end ?? later(start, durationMinutes ?? usualMinutes)
  const isLocal = [start, until].some((text) => zoneIn(text) === undefined)
  const zone = timezone ?? (isLocal ? await zoneOf(http, calendarId) : undefined)
  if (instant(until, zone) <= instant(start, zone))
    throw new InputRefusedError('The end is not after the start. Correct the mapping.', 'end')
  const written = (text: string) => ({ dateTime: withSeconds(text), ...(zone ? { timeZone: zone } : {}) })
  return { start: written(start), end: written(until) }
}

/** The same as an instant; a day is its beginning. */
export async function readInstant(
  { http, calendarId }: { http: Http; calendarId: string },
  text: string,
  timezone: string | undefined,
): Promise<Date> {
  const zone = timezone ?? (zoneIn(text) === undefined ? await zoneOf(http, calendarId) : undefined)
  return instant(text, zone)
}

/** The zone of a calendar that may be looked at; of others that of UTC. */
async function zoneOf(http: Http, calendarId: string): Promise<string> {
  const answer = await http.get(calendarPath(calendarId), { query: { fields: 'timeZone' } }).json()
  const { timeZone } = z.looseObject({ timeZone: z.string() }).parse(answer)
  return isZone(timeZone) ? timeZone : 'UTC'
}

function wholeDays(start: string, last: string | undefined): { start: WrittenTime; end: WrittenTime } {
  const until = last ?? start
  if (!isDay(until))
    throw new InputRefusedError('The start is a day and the end is a time. Map both alike.', 'end')
  if (until < start)
    throw new InputRefusedError('The last day comes before the first. Correct the mapping.', 'end')
  // Google counts the day after as the end.
  const after = new Date(Date.parse(until) + 86_400_000).toISOString().slice(0, 10)
  return { start: { date: start }, end: { date: after } }
}

const zoneIn = (text: string): string | undefined => timed.exec(text)?.[2]

function instant(text: string, zone: string | undefined): Date {
  if (zoneIn(text) !== undefined) return new Date(text)
  return instantOf(isDay(text) ? `${text}T00:00:00` : withSeconds(text), zone ?? 'UTC')
}

/** The same clock some minutes later, written the same way. */
function later(text: string, minutes: number): string {
  const [, local = '', offset = ''] = timed.exec(text) ?? []
  return new Date(Date.parse(`${local}:00Z`) + minutes * 60_000).toISOString().slice(0, 16) + offset
}

const withSeconds = (text: string): string => {
  const [, minutes = text, offset = ''] = timed.exec(text) ?? []
  return `${minutes}:00${offset}`
}
