import { defineInbound, fingerprint, unsigned, z } from '#sdk'
import type { EventDraft, Snapshot } from '#sdk'
import { auth, calendarsOf } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { eventResource, isCancelled, ownProperty } from '../event-resource.ts'
import type { Moment } from '../event-resource.ts'
import { guestsOf } from '../guests.ts'
import type { Guest } from '../guests.ts'
import { meetingProperties, startOf } from '../meeting-properties.ts'

const syncedEvent = z.object({
  calendar_id: z.string().min(1),
  time_zone: z.string(),
  /** When the hub asked. */
  at: z.iso.datetime(),
  /** When it had asked before. */
  since: z.iso.datetime().nullish(),
  /** What is there when the hub begins to watch is learnt and not told. */
  is_baseline: z.boolean(),
  event: eventResource,
})
export type SyncedEvent = z.output<typeof syncedEvent>

const page = z.looseObject({ events: z.array(z.unknown()) })

/** What was asked for after a message of Google's, or after two minutes. Nobody posts this. */
export const events = defineInbound({
  id: 'events',
  auth,
  recognise: () => false,
  signature: unsigned('Only the hub’s own questions to the calendar fill it.'),
  split(payload) {
    const parsed = page.safeParse(payload)
    if (!parsed.success) return [payload]
    const { events: found, ...about } = parsed.data
    return found.map((event) => ({ ...about, event }))
  },
  item: syncedEvent,
  // Every change gives an event another version, whichever message told of it.
  dedupeKey: ({ event: { id, etag, updated, status } }) => `${id}:${etag ?? updated ?? status ?? ''}`,
  snapshot: (item, credentials) =>
    isTakenOutByAttendee(item, credentials)
      ? undefined
      : snapshotOf(item, guestsOf(item.event, credentials.colleagues)),
  normalise: (item, { auth: credentials, changed, added }) =>
    item.is_baseline || isTakenOutByAttendee(item, credentials)
      ? []
      : draftsOf(item, guestsOf(item.event, credentials.colleagues), changed, added),
})

/**
 * Google tells a meeting that an attendee took out of their own calendar as cancelled, in that calendar alone. Where the
 * organiser's is watched as well, that one says whether it is off.
 */
function isTakenOutByAttendee({ calendar_id, event }: SyncedEvent, credentials: Credentials): boolean {
  const organizer = event.organizer?.email?.toLowerCase()
  if (!isCancelled(event) || event.organizer?.self || organizer === calendar_id.toLowerCase()) return false
  // Without the connection's settings (a payload read by itself) nobody knows what else is watched.
  return (
    Boolean(credentials.calendars) && calendarsOf(credentials).some((id) => id.toLowerCase() === organizer)
  )
}

/** The same meeting in the calendars of two colleagues is one, so the calendar is no part of its name. */
function snapshotOf({ event }: SyncedEvent, guests: readonly Guest[]): Snapshot {
  const { id, start, end, summary, description, location, hangoutLink, recurrence } = event
  // Of a deleted event Google may tell nothing but that it is.
  if (isCancelled(event)) return { id, fields: { status: 'cancelled' } }
  const responses = guests.map(({ email, response }) => [guestField(id, email), response])
  return {
    id,
    fields: {
      status: 'planned',
      start: instant(start),
      end: instant(end),
      details: [summary, description, location, hangoutLink, recurrence].map((each) => each ?? ''),
      ...Object.fromEntries(responses),
    },
  }
}

function instant(moment: Moment | null | undefined): string | undefined {
  if (!moment) return undefined
  return 'date' in moment ? moment.date : new Date(moment.dateTime).toISOString()
}

/** Fields are remembered by name, and an address is not to be. */
const guestField = (id: string, email: string): string =>
  `guest_${fingerprint(`${id} ${email}`).slice(0, 12)}`

function draftsOf(
  item: SyncedEvent,
  guests: readonly Guest[],
  changed: readonly string[] | undefined,
  added: readonly string[] = [],
): EventDraft[] {
  const { event } = item
  if (isCancelled(event)) return isNews(item, changed) ? tell(item, 'meeting.cancelled', guests) : []
  if (changed === undefined) return draftsOfUnknown(item, guests)
  // Taken back out of the bin.
  if (changed.includes('status')) return tell(item, 'meeting.booked', guests)
  const isNew = ({ email }: Guest): boolean => added.includes(guestField(event.id, email))
  if (changed.includes('start') || changed.includes('end')) {
    // Whoever comes in along with the new time never knew another.
    const moved = tell(item, 'meeting.rescheduled', guests, (guest) => !isNew(guest))
    return guests.some(isNew) ? [...moved, ...tell(item, 'meeting.booked', guests, isNew)] : moved
  }
  const responding = guests.filter(({ email }) => changed.includes(guestField(event.id, email)))
  const isInvited = (guest: Guest): boolean =>
    responding.includes(guest) && (guest.response === 'needsAction' || isNew(guest))
  return [
    ...(guests.some(isInvited) ? tell(item, 'meeting.booked', guests, isInvited) : []),
    ...responding.flatMap((guest) => answerOf(item, guest)),
    ...(changed.includes('details') ? [custom(item, 'event_changed')] : []),
  ]
}

/** Of a meeting that nobody here ever heard of, its end is no news; of one date in a known series it is. */
function isNews({ event }: SyncedEvent, changed: readonly string[] | undefined): boolean {
  return changed === undefined ? Boolean(event.recurringEventId) : changed.includes('status')
}

function draftsOfUnknown(item: SyncedEvent, guests: readonly Guest[]): EventDraft[] {
  const { event, at, since } = item
  const { recurringEventId, originalStartTime, extendedProperties } = event
  if (recurringEventId) {
    const isMoved = originalStartTime && instant(originalStartTime) !== instant(event.start)
    return isMoved ? tell(item, 'meeting.rescheduled', guests) : [custom(item, 'event_changed')]
  }
  // The hub made it itself; a flow that starts with a meeting and makes another would never end.
  if (extendedProperties?.private?.[ownProperty.key]) return []
  const start = startOf(event, item.time_zone)
  const isOld = start && start < new Date(at) && !event.recurrence && isBefore(event.created, since)
  return isOld ? [] : tell(item, 'meeting.booked', guests)
}

const isBefore = (one: string | null | undefined, other: string | null | undefined): boolean =>
  Boolean(one && other) && new Date(one ?? '') < new Date(other ?? '')

/** One event for each guest it concerns, so that each of them is a contact; one without a contact where there are none. */
function tell(
  item: SyncedEvent,
  name: 'meeting.booked' | 'meeting.rescheduled' | 'meeting.cancelled',
  guests: readonly Guest[],
  concerns: (guest: Guest) => boolean = () => true,
): EventDraft[] {
  const draft: EventDraft = {
    name,
    occurred_at: item.event.updated ?? item.at,
    properties: { meeting_id: item.event.id, ...meetingProperties(item, guests.length) },
  }
  if (guests.length === 0) return [draft]
  return guests
    .filter(concerns)
    .map(({ contact, email }) => ({ ...draft, contact, key: guestField(item.event.id, email) }))
}

const answers: Record<string, string> = {
  accepted: 'guest_accepted',
  tentative: 'guest_unsure',
  declined: 'guest_declined',
}

function answerOf(item: SyncedEvent, { contact, email, response }: Guest): EventDraft[] {
  const answer = answers[response]
  if (answer === undefined) return []
  return [{ ...custom(item, answer), contact, key: guestField(item.event.id, email), actor: 'contact' }]
}

/** What the vocabulary has no word for. */
function custom(item: SyncedEvent, what: string): EventDraft {
  const properties = { meeting_id: item.event.id, ...meetingProperties(item) }
  return {
    name: 'custom.event',
    occurred_at: item.event.updated ?? item.at,
    properties: { name: `google_calendar.${what}`, properties },
  }
}
