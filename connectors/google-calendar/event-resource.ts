import { z } from '#sdk'

const text = z.string().nullish()
const person = z.object({
  email: text,
  displayName: text,
  self: z.boolean().nullish(),
  organizer: z.boolean().nullish(),
  resource: z.boolean().nullish(),
  responseStatus: text,
})

/** A time of day with its offset, or a whole day. */
const moment = z.union([
  z.object({ dateTime: z.iso.datetime({ offset: true }), timeZone: text }),
  z.object({ date: z.iso.date() }),
])
export type Moment = z.output<typeof moment>

/**
 * An event as Google tells it, and of it only what the hub uses: what is left out here is not stored. A deleted one may
 * have nothing but its id.
 */
export const eventResource = z.object({
  id: z.string().min(1),
  status: text,
  etag: text,
  created: z.iso.datetime({ offset: true }).nullish(),
  updated: z.iso.datetime({ offset: true }).nullish(),
  htmlLink: text,
  hangoutLink: text,
  summary: text,
  description: text,
  location: text,
  visibility: text,
  creator: person.nullish(),
  organizer: person.nullish(),
  start: moment.nullish(),
  end: moment.nullish(),
  recurrence: z.array(z.string()).nullish(),
  recurringEventId: text,
  originalStartTime: moment.nullish(),
  attendees: z.array(person).nullish(),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()).nullish() }).nullish(),
})
export type EventResource = z.output<typeof eventResource>
export type Person = z.output<typeof person>

/** Google writes *cancelled*; other tools that pass its events on write it with one `l`. */
export const isCancelled = ({ status }: Pick<EventResource, 'status'>): boolean =>
  status === 'cancelled' || status === 'canceled'

/** Names of the private properties by which the hub knows its own events again. */
export const ownProperty = { key: 'switchyardKey', reference: 'switchyardReference' } as const

/** What somebody marked as private stays in Google: when and with whom is enough. */
export function withoutPrivateWords(event: EventResource): EventResource {
  if (event.visibility !== 'private' && event.visibility !== 'confidential') return event
  return { ...event, summary: undefined, description: undefined, location: undefined, hangoutLink: undefined }
}
