import { z } from 'zod'
import { CalendarShelf, instant, shownEvent } from './google-calendar-events.ts'
import type { CalendarEvent } from './google-calendar-events.ts'
import { GoogleChannels } from './google-channels.ts'
import { googleError, noSuchPath } from './google-errors.ts'
import { googlePerson as owner, googleSignIn, jsonIn } from './google-sign-in.ts'
import type { Principal } from './google-sign-in.ts'
import { RequestRate } from './request-rate.ts'
import type { Answered, Asked, Character, Posted } from './stand-in.ts'

interface Request {
  asked: Asked
  who: Principal
  shelf: CalendarShelf
  /** The id in the path, where there is one. */
  eventId: string
}
type Handler = (request: Request) => Answered & { note?: string }

const scopes = {
  read: 'https://www.googleapis.com/auth/calendar.readonly',
  write: 'https://www.googleapis.com/auth/calendar.events',
}
/** Requests that Google takes from one user in a minute. */
const limit = { requests: 600, perMs: 60_000 }
/** What a sync token is not to be combined with. */
const notWithToken = ['timeMin', 'timeMax', 'q', 'orderBy', 'updatedMin', 'privateExtendedProperty']

const freeBusyQuery = z.looseObject({
  timeMin: z.iso.datetime({ offset: true }),
  timeMax: z.iso.datetime({ offset: true }),
  items: z.array(z.looseObject({ id: z.string() })).max(50),
})

/**
 * Enough of Google Calendar for the connector: events, sync tokens that can end, channels that post what Google posts,
 * free time; with Google's own refusals.
 */
export function googleCalendarStandIn(token: string, now: () => Date): Character {
  const signIn = googleSignIn(token, Object.values(scopes), now)
  const channels = new GoogleChannels(now)
  let shelves = fresh(now)
  let rate = new RequestRate(limit, now)
  /** Part of every sync token; another one makes those given before invalid. */
  let era = 1

  const shelfOf = (id: string): CalendarShelf | undefined =>
    shelves.find((shelf) => shelf.id === (id === 'primary' ? owner : id))

  const about: Handler = ({ shelf: { id, summary, timeZone } }) => ({
    status: 200,
    json: { kind: 'calendar#calendar', id, summary, timeZone },
  })

  const list: Handler = ({ asked: { query }, shelf }) => {
    const syncToken = query.get('syncToken')
    const since = syncToken === null ? 0 : versionIn(syncToken, shelf, era)
    if (syncToken !== null && notWithToken.some((name) => query.has(name)))
      return invalid('Sync token cannot be used with these parameters.')
    if (since === undefined) return tokenIsOver()
    if (query.get('orderBy') === 'startTime' && query.get('singleEvents') !== 'true')
      return invalid('The requested ordering is not available for the particular query.')
    const from = Number(query.get('pageToken') ?? 0)
    const size = Number(query.get('maxResults') ?? 250)
    const found = [...shelf.events.values()].filter(
      (event) => event.version > since && isWanted(event, query, syncToken !== null),
    )
    const events = found.toSorted((one, other) =>
      query.has('orderBy') ? instant(one.start) - instant(other.start) : one.version - other.version,
    )
    const rest = events.length > from + size
    const next = rest
      ? { nextPageToken: String(from + size) }
      : { nextSyncToken: `era${era}.${shelf.id}.${shelf.version}` }
    const items = events.slice(from, from + size).map(shownEvent)
    const { summary, timeZone } = shelf
    return { status: 200, json: { kind: 'calendar#events', summary, timeZone, items, ...next } }
  }

  const read: Handler = ({ shelf, eventId }) => {
    const event = shelf.events.get(eventId)
    return event ? { status: 200, json: shownEvent(event) } : notFound()
  }

  const insert: Handler = ({ asked: { query, body }, who, shelf }) => {
    const wanted = jsonIn(body)
    if (who.kind === 'service_account' && invites(wanted)) return mayNotInvite()
    const done = shelf.insert(wanted, { withConference: query.get('conferenceDataVersion') === '1' })
    return changed(shelf, done, mailNote(query, wanted))
  }

  const patch: Handler = ({ asked: { query, body }, who, shelf, eventId }) => {
    const event = shelf.events.get(eventId)
    if (!event) return notFound()
    const wanted = jsonIn(body)
    if (who.kind === 'service_account' && invites(wanted)) return mayNotInvite()
    return changed(shelf, shelf.patch(event, wanted), mailNote(query, event))
  }

  const remove: Handler = ({ asked: { query }, shelf, eventId }) => {
    const event = shelf.events.get(eventId)
    if (!event) return notFound()
    if (event.status === 'cancelled')
      return googleError(410, { message: 'Resource has been deleted', reason: 'deleted' })
    shelf.cancel(event)
    void channels.tell(shelf.id)
    return { status: 204, note: mailNote(query, event) }
  }

  const watch: Handler = ({ asked: { body }, shelf }) =>
    channels.open(
      shelf.id,
      `https://www.googleapis.com/calendar/v3/calendars/${encodeURIComponent(shelf.id)}/events?alt=json`,
      jsonIn(body),
    )

  function changed(
    shelf: CalendarShelf,
    done: CalendarEvent | Answered,
    note: string | undefined,
  ): Answered & { note?: string } {
    if (!('version' in done)) return done
    void channels.tell(shelf.id)
    return { status: 200, json: shownEvent(done), ...(note ? { note } : {}) }
  }

  function freeBusy({ body }: Asked): Answered {
    const parsed = freeBusyQuery.safeParse(jsonIn(body))
    if (!parsed.success) return invalid('Bad Request')
    const { timeMin, timeMax, items } = parsed.data
    const [from, to] = [Date.parse(timeMin), Date.parse(timeMax)]
    if (to <= from) return calendarError('The specified time range is empty.', 'timeRangeEmpty')
    if (to - from > 92 * 86_400_000)
      return calendarError('The requested time range is too long.', 'timeRangeTooLong')
    const calendars = items.map(({ id }) => [id, busyIn(shelfOf(id), from, to)])
    return {
      status: 200,
      json: { kind: 'calendar#freeBusy', timeMin, timeMax, calendars: Object.fromEntries(calendars) },
    }
  }

  const calendar = String.raw`^/calendar/v3/calendars/([^/]+)`
  const routes: [method: string, path: RegExp, scope: string, handler: Handler][] = [
    ['GET', new RegExp(`${calendar}$`), scopes.read, about],
    ['GET', new RegExp(`${calendar}/events$`), scopes.read, list],
    ['POST', new RegExp(`${calendar}/events$`), scopes.write, insert],
    ['POST', new RegExp(`${calendar}/events/watch$`), scopes.read, watch],
    ['GET', new RegExp(`${calendar}/events/([^/]+)$`), scopes.read, read],
    ['PATCH', new RegExp(`${calendar}/events/([^/]+)$`), scopes.write, patch],
    ['DELETE', new RegExp(`${calendar}/events/([^/]+)$`), scopes.write, remove],
  ]

  /** What is not about one calendar. */
  function elsewhere(asked: Asked): (Answered & { note?: string }) | undefined {
    switch (`${asked.method} ${asked.path}`) {
      case 'POST /calendar/v3/freeBusy':
        return freeBusy(asked)
      case 'POST /calendar/v3/channels/stop':
        return channels.stop(jsonIn(asked.body))
      default:
        return undefined
    }
  }

  return {
    name: 'Google Calendar stand-in',
    state: () => ({
      ...Object.fromEntries(shelves.map(({ id, events }) => [id, [...events.values()].map(shownEvent)])),
      channels: channels.shown(),
      messages: channels.sent,
      ...signIn.state(),
    }),
    reset() {
      shelves = fresh(now)
      signIn.reset()
      channels.reset()
      rate = new RequestRate(limit, now)
    },
    answer(asked) {
      const own = signIn.answer(asked)
      if (own) return own
      const route = routes.find(([method, path]) => method === asked.method && path.test(asked.path))
      const who = signIn.whoAsks(asked, [route?.[2] ?? scopes.read])
      if ('status' in who) return { ...who, note: 'no access token for this' }
      if (!rate.take().ok) return { ...tooFast(), note: 'too fast' }
      if (!route) return elsewhere(asked) ?? noSuchPath(asked.path)
      const [, calendarId = '', eventId = ''] = (route[1].exec(asked.path) ?? []).map(decodeURIComponent)
      const shelf = shelfOf(calendarId)
      return shelf ? route[3]({ asked, who, shelf, eventId }) : notFound()
    },
    webhooks: {
      names: ['meeting.booked', 'meeting.moved', 'meeting.cancelled', 'guest.declined', 'sync-tokens.ended'],
      async emit(query) {
        const shelf = shelfOf(query.get('calendar') ?? 'primary')
        const names = (query.get('event') ?? '').split(',')
        if (names.includes('sync-tokens.ended')) era += 1
        const isChanged = shelf !== undefined && names.some((name) => actAsPerson(shelf, name, query, now()))
        // Google promises none of its messages; `silent` is how one gets lost.
        const posted: Posted[] = isChanged && !query.has('silent') ? await channels.tell(shelf.id) : []
        return posted
      },
    },
  }
}

/** Somebody works in the calendar. What is not said otherwise is about the latest meeting, and about `email`. */
function actAsPerson(shelf: CalendarShelf, name: string, query: URLSearchParams, now: Date): boolean {
  const email = query.get('email') ?? 'guest@example.org'
  const latest = shelf.events.get(query.get('id') ?? '') ?? [...shelf.events.values()].at(-1)
  const start = new Date(query.get('start') ?? now.getTime() + 2 * 86_400_000)
  const times = {
    start: { dateTime: start.toISOString() },
    end: { dateTime: new Date(start.getTime() + 1_800_000).toISOString() },
  }
  switch (name) {
    case 'meeting.booked': {
      const guest = { email, ...(query.has('name') ? { displayName: query.get('name') } : {}) }
      const summary = query.get('title') ?? 'Demo'
      return 'version' in shelf.insert({ summary, ...times, attendees: [guest] }, { withConference: false })
    }
    case 'meeting.moved':
      return latest !== undefined && 'version' in shelf.patch(latest, times)
    case 'meeting.cancelled':
      return latest !== undefined && 'version' in shelf.cancel(latest)
    case 'guest.declined': {
      const attendees = latest?.attendees?.map((each) => ({ ...each, responseStatus: 'declined' }))
      return latest !== undefined && 'version' in shelf.patch(latest, { attendees })
    }
    default:
      return false
  }
}

function fresh(now: () => Date): CalendarShelf[] {
  return [
    new CalendarShelf({ id: owner, summary: 'Ana', timeZone: 'Europe/Warsaw' }, now),
    new CalendarShelf({ id: 'sales@shop.example', summary: 'Sales', timeZone: 'Europe/Warsaw' }, now),
  ]
}

/** At which change of the calendar a sync token was given; undefined for one that is over, or of another calendar. */
function versionIn(token: string, { id }: CalendarShelf, era: number): number | undefined {
  const start = `era${era}.${id}.`
  return token.startsWith(start) ? Number(token.slice(start.length)) : undefined
}

function isWanted(event: CalendarEvent, query: URLSearchParams, isSync: boolean): boolean {
  if (event.status === 'cancelled' && !isSync && query.get('showDeleted') !== 'true') return false
  const timeMin = query.get('timeMin')
  if (timeMin !== null && instant(event.end) <= Date.parse(timeMin)) return false
  const words = query.get('q')?.toLowerCase()
  if (words && !JSON.stringify(event).toLowerCase().includes(words)) return false
  const [name = '', ...value] = (query.get('privateExtendedProperty') ?? '').split('=')
  return name === '' || event.extendedProperties?.private?.[name] === value.join('=')
}

function busyIn(shelf: CalendarShelf | undefined, from: number, to: number): Record<string, unknown> {
  if (!shelf) return { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] }
  const busy = [...shelf.events.values()]
    .filter(({ status, start, end }) => status !== 'cancelled' && instant(start) < to && instant(end) > from)
    .map(({ start, end }) => ({
      start: new Date(Math.max(instant(start), from)).toISOString(),
      end: new Date(Math.min(instant(end), to)).toISOString(),
    }))
  return { busy }
}

const guestList = z.looseObject({ attendees: z.array(z.unknown()).min(1) })
const invites = (wanted: unknown): boolean => guestList.safeParse(wanted).success

function mailNote(query: URLSearchParams, about: unknown): string | undefined {
  return query.get('sendUpdates') === 'all' && invites(about) ? 'the guests get an email' : undefined
}

const mayNotInvite = (): Answered =>
  googleError(403, {
    message: 'Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.',
    domain: 'calendar',
    reason: 'forbiddenForServiceAccounts',
  })

const notFound = (): Answered => googleError(404, { message: 'Not Found', reason: 'notFound' })
const invalid = (message: string): Answered => googleError(400, { message, reason: 'invalid' })
const calendarError = (message: string, reason: string): Answered =>
  googleError(400, { message, domain: 'calendar', reason })
const tokenIsOver = (): Answered =>
  googleError(410, {
    message: 'Sync token is no longer valid, a full sync is required.',
    domain: 'calendar',
    reason: 'fullSyncRequired',
  })
const tooFast = (): Answered =>
  googleError(403, { message: 'Rate Limit Exceeded', domain: 'usageLimits', reason: 'rateLimitExceeded' })
