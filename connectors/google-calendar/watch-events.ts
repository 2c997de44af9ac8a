import { definePoll, z } from '#sdk'
import type { Http, HttpResponse } from '#sdk'
import { auth, calendarsOf, eventPath } from './auth.ts'
import type { Credentials } from './auth.ts'
import { eventResource, isCancelled, withoutPrivateWords } from './event-resource.ts'
import type { EventResource } from './event-resource.ts'

/** Where the hub is in telling a calendar's changes apart from what it knows. */
const placeSchema = z.strictObject({
  /** From the last page of what was asked before. Without it everything is read. */
  token: z.string().optional(),
  page: z.string().optional(),
  /** Reading everything for the first time, or again. */
  isBaseline: z.boolean(),
  /** Where reading everything begins; the same for all its pages. */
  from: z.iso.datetime(),
  /** When the reading before this one began. */
  since: z.iso.datetime().optional(),
  /** When this one began. */
  at: z.iso.datetime(),
})
type Place = z.output<typeof placeSchema>

const answerSchema = z.looseObject({
  timeZone: z.string().default('UTC'),
  items: z.array(z.unknown()).default([]),
  nextPageToken: z.string().optional(),
  nextSyncToken: z.string().optional(),
})

export const watchEvents = definePoll({
  auth,
  name: 'Changes in the calendar',
  inbound: 'events',
  everyMs: 120_000,
  isWanted: ({ watch }) => watch,
  subjects: calendarsOf,
  async fetch({ http, auth: credentials, now, subject }, cursor) {
    const context = { http, auth: credentials, calendarId: subject }
    const place = cursor === undefined ? beginning(now) : goOn(placeSchema.parse(JSON.parse(cursor)), now)
    const response = await list(context, place)
    if (response.status !== 200) return { cursor: JSON.stringify(stepBack(place)), more: true }

    const answer = answerSchema.parse(response.json())
    const events = await Promise.all(answer.items.map((item) => slim(context, item)))
    const { nextPageToken: page, nextSyncToken: token } = answer
    const next: Place = page
      ? { ...place, page }
      : { token, isBaseline: false, from: place.from, since: place.at, at: place.at }
    const about = {
      calendar_id: subject,
      time_zone: answer.timeZone,
      at: now.toISOString(),
      since: place.since,
      is_baseline: place.isBaseline,
    }
    const payload = events.length > 0 ? { payload: { ...about, events } } : {}
    return { ...payload, cursor: JSON.stringify(next), more: page !== undefined }
  },
})

/** Meetings that are over by now are nobody's news, so that years of them need not be read. */
function beginning(now: Date): Place {
  const at = now.toISOString()
  return { isBaseline: true, from: at, at }
}

const goOn = (place: Place, now: Date): Place => (place.page ? place : { ...place, at: now.toISOString() })

/**
 * Google no longer knows the page, or the token (410). Without its page a reading begins anew. Without its token
 * everything since the last good reading is read, and what differs from what is known is told.
 */
function stepBack({ page, token, ...place }: Place): Place {
  return page ? { ...place, ...(token ? { token } : {}) } : { ...place, from: place.since ?? place.from }
}

async function list(
  { http, auth: credentials, calendarId }: { http: Http; auth: Credentials; calendarId: string },
  { token, page, from }: Place,
): Promise<HttpResponse> {
  // A token goes with the parameters that it was given for, and with no others; a beginning must not be among them.
  const query = {
    maxResults: 250,
    showDeleted: true,
    eventTypes: 'default',
    ...(token ? { syncToken: token } : { timeMin: from }),
    pageToken: page,
  }
  const accept = [...(token ? [410] : []), ...(page ? [400, 410] : [])]
  return http.get(eventPath(credentials, calendarId), { query, accept })
}

/**
 * Only what the hub uses, and nothing private. One date of a series that was called off names nobody; whom it concerned
 * is asked of the series.
 */
async function slim(
  { http, auth: credentials, calendarId }: { http: Http; auth: Credentials; calendarId: string },
  item: unknown,
): Promise<unknown> {
  const parsed = eventResource.safeParse(item)
  // Kept with the reason, and as it came.
  if (!parsed.success) return item
  const event = withoutPrivateWords(parsed.data)
  if (!isCancelled(event) || !event.recurringEventId || event.attendees) return event
  const path = eventPath(credentials, calendarId, event.recurringEventId)
  const answer = await http.get(path, { accept: [404, 410] })
  const series = answer.status === 200 ? eventResource.safeParse(answer.json()).data : undefined
  return series ? withSeries(event, withoutPrivateWords(series)) : event
}

function withSeries(event: EventResource, series: EventResource): EventResource {
  const { attendees, organizer, creator, summary } = series
  return { ...event, attendees, organizer, creator, summary: event.summary ?? summary }
}
