import { z } from '#sdk'

/** In which calendar. */
export const calendar = {
  calendar: z
    .string()
    .min(1)
    .optional()
    .meta({ label: 'Calendar', help: 'Its id. Empty: the first one of the connection.' }),
}

/** Which event an action is about. */
export const whichEvent = {
  eventId: z.string().min(1).meta({
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
