import { withoutBlanks } from '#sdk'
import { ownProperty } from './event-resource.ts'
import type { EventResource, Moment } from './event-resource.ts'
import { instantOf, isZone } from './zoned-time.ts'

interface Placed {
  event: EventResource
  calendar_id: string
  /** The calendar's own zone. */
  time_zone: string
}

/** What a flow may know of a meeting, beside its id. */
export function meetingProperties(placed: Placed, guestCount?: number): Record<string, unknown> {
  const { event, calendar_id } = placed
  return withoutBlanks({
    ...timesOf(placed),
    title: event.summary,
    description: event.description,
    location: event.location,
    video_url: event.hangoutLink,
    url: event.htmlLink,
    host: event.organizer?.email,
    guest_count: guestCount,
    series_id: event.recurringEventId,
    recurrence: event.recurrence ?? undefined,
    reference: event.extendedProperties?.private?.[ownProperty.reference],
    calendar_id,
  })
}

/**
 * When it is: instants in UTC, and for whole days the first and the last day as people count them. Google's own end is
 * the day after. A single date of a series that was called off still says when it would have been.
 */
function timesOf({ event, time_zone }: Pick<Placed, 'event' | 'time_zone'>) {
  const start = event.start ?? event.originalStartTime
  const { end, originalStartTime } = event
  const isAllDay = start && 'date' in start
  const ofSeries = event.recurringEventId && event.start && originalStartTime
  return withoutBlanks({
    start_at: instantOfMoment(start, time_zone)?.toISOString(),
    end_at: instantOfMoment(end, time_zone)?.toISOString(),
    timezone: (start && 'dateTime' in start && start.timeZone) || time_zone,
    original_start_at: ofSeries ? instantOfMoment(originalStartTime, time_zone)?.toISOString() : undefined,
    ...(isAllDay
      ? {
          all_day: true,
          start_date: start.date,
          end_date: end && 'date' in end ? dayBefore(end.date) : undefined,
        }
      : {}),
  })
}

export function startOf({ start }: EventResource, timeZone: string): Date | undefined {
  return instantOfMoment(start, timeZone)
}

/** A whole day begins at midnight where the calendar is. */
function instantOfMoment(moment: Moment | null | undefined, timeZone: string): Date | undefined {
  if (!moment) return undefined
  if ('dateTime' in moment) return new Date(moment.dateTime)
  return instantOf(`${moment.date}T00:00:00`, isZone(timeZone) ? timeZone : 'UTC')
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
