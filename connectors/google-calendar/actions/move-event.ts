import { defineAction, InputRefusedError, z } from '#sdk'
import { auth, calendarsOf, eventPath } from '../auth.ts'
import { eventResource, isCancelled } from '../event-resource.ts'
import type { EventResource } from '../event-resource.ts'
import { meetingOutput } from '../meeting-output.ts'
import { isDay, times, writtenTimes } from '../meeting-time.ts'
import type { TimesInput, WrittenTime } from '../meeting-time.ts'
import { notifyGuests, sendUpdates, whichEvent } from '../which-event.ts'

export const moveEvent = defineAction({
  auth,
  name: 'Move an event',
  description: 'Gives an event another time. Without an end or a length it stays as long as it was.',
  // Moving it to where it already is changes nothing, and Google tells nobody.
  repeat: 'safe',
  input: z.object({ ...whichEvent, ...times, ...notifyGuests }),
  async run({ http, auth: credentials }, mapped) {
    const calendarId = mapped.calendar ?? calendarsOf(credentials)[0]
    const path = eventPath(credentials, calendarId, mapped.eventId)
    const answer = await http.get(path, { accept: [404, 410] })
    const event = answer.status === 200 ? eventResource.parse(answer.json()) : undefined
    if (!event || isCancelled(event)) {
      throw new InputRefusedError(
        `The calendar has no event ${mapped.eventId}, or it was called off. Create it anew instead.`,
        'eventId',
      )
    }
    const asLong = { ...mapped, end: mapped.end ?? lastDayOf(event, mapped) }
    const { start, end } = await writtenTimes({ http, calendarId }, asLong, minutesOf(event) ?? 30)
    const json = { start: nothingElse(start), end: nothingElse(end) }
    const moved = await http.patch(path, { query: { sendUpdates: sendUpdates(mapped) }, json }).json()
    return meetingOutput(moved)
  },
})

/** Google lays the new time over the old one: a whole day that becomes an hour would be both, and is refused. */
const nothingElse = (time: WrittenTime) =>
  'date' in time ? { ...time, dateTime: null, timeZone: null } : { ...time, date: null }

/** The last of as many whole days as it has, counted from another first one. */
function lastDayOf({ start, end }: EventResource, { start: first }: TimesInput): string | undefined {
  if (!isDay(first) || !start || !end || !('date' in start) || !('date' in end)) return undefined
  // Google counts the day after as the end.
  const moreMs = Date.parse(end.date) - Date.parse(start.date) - 86_400_000
  return new Date(Date.parse(first) + moreMs).toISOString().slice(0, 10)
}

/** How long it is; a whole day has no length in minutes. */
function minutesOf({ start, end }: EventResource): number | undefined {
  if (!start || !end || 'date' in start || 'date' in end) return undefined
  return Math.round((Date.parse(end.dateTime) - Date.parse(start.dateTime)) / 60_000)
}
