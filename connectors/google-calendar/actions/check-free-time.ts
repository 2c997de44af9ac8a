import { defineAction, InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { auth, calendarsOf, unseen } from '../auth.ts'
import { readInstant, time, times } from '../meeting-time.ts'

const busyTime = z.looseObject({
  start: z.iso.datetime({ offset: true }),
  end: z.iso.datetime({ offset: true }),
})
const answerSchema = z.looseObject({
  calendars: z.record(
    z.string(),
    z.looseObject({
      busy: z.array(busyTime).default([]),
      errors: z.array(z.looseObject({ reason: z.string() })).default([]),
    }),
  ),
})

/** Google looks at no more in one request. */
const calendarsMax = 50

export const checkFreeTime = defineAction({
  auth,
  name: 'Check free time',
  description:
    'Says whether everybody is free between two times, and from when on there is room for a meeting.',
  repeat: 'safe',
  input: z.object({
    from: time.meta({ label: 'From', help: 'Such as 2026-11-24T09:00.' }),
    to: time.meta({ label: 'To', help: 'Such as 2026-11-24T17:00.' }),
    timezone: times.timezone,
    durationMinutes: z.int().min(1).max(1440).default(30).meta({ label: 'Length of the meeting in minutes' }),
    calendars: z
      .array(z.string().min(1))
      .optional()
      .meta({ label: 'Calendars', help: 'Whose time counts. Empty: all of the connection.' }),
  }),
  async run({ http, auth: credentials }, { from, to, timezone, durationMinutes, calendars }) {
    const ids = calendars?.length ? calendars : calendarsOf(credentials)
    const context = { http, calendarId: calendarsOf(credentials)[0] }
    const start = await readInstant(context, from, timezone)
    const end = await readInstant(context, to, timezone)
    if (end <= start) throw new InputRefusedError('“To” is not after “From”. Correct the mapping.', 'to')

    const taken: Span[] = []
    for (let at = 0; at < ids.length; at += calendarsMax) {
      taken.push(...(await busyTimes(http, ids.slice(at, at + calendarsMax), { start, end })))
    }
    const busy = taken.toSorted((one, other) => one.start.getTime() - other.start.getTime())
    const free = firstGap(busy, { start, end }, durationMinutes * 60_000)
    return {
      isFree: busy.length === 0,
      hasRoom: free !== undefined,
      ...(free ? { freeFrom: free.toISOString() } : {}),
      busy: busy.map((each) => ({ start: each.start.toISOString(), end: each.end.toISOString() })),
    }
  },
})

interface Span {
  start: Date
  end: Date
}

async function busyTimes(http: Http, ids: readonly string[], { start, end }: Span): Promise<Span[]> {
  const json = {
    timeMin: start.toISOString(),
    timeMax: end.toISOString(),
    items: ids.map((id) => ({ id })),
  }
  const answer = answerSchema.parse(await http.post('calendar/v3/freeBusy', { json, reads: true }).json())
  // A calendar that Google does not show is inside an answer that says 200; it must not pass for a free one.
  for (const [id, { errors }] of Object.entries(answer.calendars)) {
    const [error] = errors
    if (error?.reason === 'notFound') throw new InputRefusedError(unseen(id), 'calendars')
    if (error) {
      throw new InputRefusedError(
        `Google cannot look into the calendar “${id}”: ${error.reason}.`,
        'calendars',
      )
    }
  }
  return Object.values(answer.calendars)
    .flatMap((each) => each.busy)
    .map((each) => ({ start: new Date(each.start), end: new Date(each.end) }))
}

/** When a meeting of this length can begin at the earliest. `busy` is in order and may overlap. */
function firstGap(busy: readonly Span[], { start, end }: Span, lengthMs: number): Date | undefined {
  let free = start
  for (const each of busy) {
    if (each.start.getTime() - free.getTime() >= lengthMs) return free
    if (each.end > free) free = each.end
  }
  return end.getTime() - free.getTime() >= lengthMs ? free : undefined
}
