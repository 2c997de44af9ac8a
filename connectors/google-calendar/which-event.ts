import { HttpStatusError, InputRefusedError, z } from '#sdk'
import { unseen } from './auth.ts'

/** An address would take dots for a way up, and lead to the calendar instead of an event in it. */
const calendarId = z.string().regex(/[^.\s]/, 'This is not the id of a calendar.')
const eventId = z.string().regex(/^[\w-]+$/, 'This is not the id of an event in Google Calendar.')

/** In which calendar. */
export const calendar = {
  calendar: calendarId
    .optional()
    .meta({ label: 'Calendar', help: 'Its id. Empty: the first one of the connection.' }),
}

/**
 * What is asked about a calendar that a mapping names. Where Google does not show it, the mapping is to be corrected: the
 * connection, and all that others send through it, may be in order.
 */
export async function inMapped<T>(calendar: string | undefined, asking: Promise<T>): Promise<T> {
  try {
    return await asking
  } catch (error) {
    if (calendar === undefined || !(error instanceof HttpStatusError) || error.status !== 404) throw error
    throw new InputRefusedError(unseen(calendar), 'calendar')
  }
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
