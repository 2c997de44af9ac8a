import { z } from '#sdk'

/** An address would take dots for a way up, and lead to the calendar instead of an event in it. */
const calendarId = z.string().regex(/[^.\s]/, 'This is not the id of a calendar.')
const eventId = z.string().regex(/^[\w-]+$/, 'This is not the id of an event in Google Calendar.')

/** In which calendar. */
export const calendar = {
  calendar: calendarId
    .optional()
    .meta({ label: 'Calendar', help: 'Its id. Empty: the first one of the connection.' }),
}

/** Which event an action is about. */
export const whichEvent = {
  eventId: eventId.meta({
    label: 'Event id',
    help: 'Of an earlier step, such as “Create an event” or “Find an event”.',
    suggest: 'event.properties.meeting_id',
  }),
  ...calendar,
}

export const notifyGuests = {
  notifyGuests: z
    .boolean()
    .default(true)
    .meta({ label: 'Tell the guests', help: 'Google writes them an email.' }),
}

/** Google’s word for it. */
export const sendUpdates = (input: { notifyGuests: boolean }): string => (input.notifyGuests ? 'all' : 'none')
