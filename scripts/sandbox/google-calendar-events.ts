import { z } from 'zod'
import { googleError } from './google-errors.ts'
import type { Answered } from './stand-in.ts'

const person = z.looseObject({ email: z.string(), responseStatus: z.string().optional() })
const moment = z.looseObject({
  date: z.string().nullish(),
  dateTime: z.string().nullish(),
  timeZone: z.string().nullish(),
})
type Moment = z.output<typeof moment>

/** What a writing request may say of an event; the rest is kept as it comes. */
const draft = z.looseObject({
  id: z.string().optional(),
  start: moment.optional(),
  end: moment.optional(),
  attendees: z.array(person).optional(),
  recurrence: z.array(z.string()).optional(),
  conferenceData: z.looseObject({}).optional(),
  extendedProperties: z.looseObject({ private: z.record(z.string(), z.string()).optional() }).optional(),
})
type Draft = z.output<typeof draft>

interface MadeEvent extends Draft {
  id: string
  status: string
  created: string
}

export interface CalendarEvent extends MadeEvent {
  updated: string
  etag: string
  /** At which change of the calendar this is how it was; not shown. */
  version: number
}

/** One calendar: its events, and a number that counts its changes. */
export class CalendarShelf {
  readonly id: string
  readonly summary: string
  readonly timeZone: string
  readonly events = new Map<string, CalendarEvent>()
  version = 0
  readonly #now: () => Date

  constructor({ id, summary, timeZone }: { id: string; summary: string; timeZone: string }, now: () => Date) {
    this.id = id
    this.summary = summary
    this.timeZone = timeZone
    this.#now = now
  }

  /** A new event, or Google's refusal. */
  insert(body: unknown, { withConference }: { withConference: boolean }): CalendarEvent | Answered {
    const parsed = draft.safeParse(body)
    if (!parsed.success) return invalid('Parse Error', 'parseError')
    const { conferenceData, ...wanted } = parsed.data
    const id = wanted.id ?? `meeting${String(this.version + 1).padStart(6, '0')}`
    if (!/^[a-v0-9]{5,1024}$/.test(id)) return invalid('Invalid resource id value.')
    if (this.events.has(id)) {
      return googleError(409, { message: 'The requested identifier already exists.', reason: 'duplicate' })
    }
    const at = this.#now().toISOString()
    const meet =
      conferenceData && withConference ? { hangoutLink: `https://meet.example/${id.slice(0, 10)}` } : {}
    const made = {
      ...wanted,
      ...meet,
      kind: 'calendar#event',
      id,
      status: 'confirmed',
      htmlLink: `https://calendar.example/event?eid=${id}`,
      created: at,
      organizer: { email: this.id, self: true },
      creator: { email: this.id, self: true },
      iCalUID: `${id}@google.com`,
      eventType: 'default',
    }
    return this.#put(made)
  }

  /** Lays changes over an event; what is null is taken away. */
  patch(event: CalendarEvent, body: unknown): CalendarEvent | Answered {
    const parsed = draft.safeParse(body)
    if (!parsed.success) return invalid('Parse Error', 'parseError')
    const { start, end } = parsed.data
    const times = {
      ...(start ? { start: laidOver(event.start, start) } : {}),
      ...(end ? { end: laidOver(event.end, end) } : {}),
    }
    return this.#put({ ...event, ...parsed.data, ...times })
  }

  cancel(event: CalendarEvent): CalendarEvent {
    return this.#keep({ ...event, status: 'cancelled' })
  }

  #put(wanted: MadeEvent): CalendarEvent | Answered {
    const start = this.#written(wanted.start, 'start')
    const end = this.#written(wanted.end, 'end')
    if ('status' in start) return start
    if ('status' in end) return end
    if ((start.date === undefined) !== (end.date === undefined)) return invalid('Invalid start time.')
    if (instant(end) <= instant(start)) {
      return googleError(400, {
        message: 'The specified time range is empty.',
        domain: 'calendar',
        reason: 'timeRangeEmpty',
      })
    }
    const attendees = wanted.attendees?.map((each) => ({ responseStatus: 'needsAction', ...each }))
    return this.#keep({ ...wanted, start, end, ...(attendees ? { attendees } : {}) })
  }

  #keep(wanted: MadeEvent): CalendarEvent {
    this.version += 1
    const version = this.version
    const event = { ...wanted, version, etag: `"${version}"`, updated: this.#now().toISOString() }
    this.events.set(event.id, event)
    return event
  }

  /** A time as Google keeps it: a day, or a time of day with its offset. */
  #written(
    given: Moment | undefined,
    name: string,
  ): { date?: string; dateTime?: string; timeZone?: string } | Answered {
    const { date, dateTime, timeZone } = given ?? {}
    if (date && dateTime) return invalid(`Invalid ${name} time.`)
    if (date) return /^\d{4}-\d{2}-\d{2}$/.test(date) ? { date } : invalid(`Invalid ${name} time.`)
    if (!dateTime) return googleError(400, { message: `Missing ${name} time.`, reason: 'required' })
    const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(dateTime)
    if (!hasOffset && !timeZone) return invalid(`Missing time zone definition for ${name} time.`, 'required')
    const zone = timeZone ?? this.timeZone
    const at = hasOffset ? Date.parse(dateTime) : localInstant(dateTime, zone)
    if (Number.isNaN(at)) return invalid(`Invalid ${name} time.`)
    return { dateTime: new Date(at).toISOString().replace('.000Z', 'Z'), timeZone: zone }
  }
}

function laidOver(held: Moment | undefined, given: Moment): Moment {
  const both = Object.entries({ ...held, ...given }).filter(([, value]) => value !== null)
  return moment.parse(Object.fromEntries(both))
}

/** When an event begins or ends, in milliseconds; a day at its beginning in UTC. */
export function instant(given: Moment | undefined): number {
  return Date.parse(given?.dateTime ?? `${given?.date ?? ''}T00:00:00Z`)
}

/** A clock's time in a zone, in milliseconds; not a number where there is no such time or zone. */
function localInstant(local: string, zone: string): number {
  try {
    return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN
    throw error
  }
}

function invalid(message: string, reason = 'invalid'): Answered {
  return googleError(400, { message, reason })
}

/** An event as Google shows it. */
export function shownEvent({ version: _, ...event }: CalendarEvent): Record<string, unknown> {
  return event
}
