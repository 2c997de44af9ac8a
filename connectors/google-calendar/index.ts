import { defineConnector, defineTrigger } from '#sdk'
import { cancelEvent } from './actions/cancel-event.ts'
import { checkFreeTime } from './actions/check-free-time.ts'
import { createEvent } from './actions/create-event.ts'
import { findEvent } from './actions/find-event.ts'
import { moveEvent } from './actions/move-event.ts'
import { auth, userOf } from './auth.ts'
import { explain } from './explain.ts'
import { events } from './inbound/events.ts'
import { push } from './inbound/push.ts'
import { watchChannel } from './watch-channel.ts'
import { watchEvents } from './watch-events.ts'

const triggers = {
  meetingBooked: defineTrigger({
    name: 'New meeting',
    description:
      'A meeting was put into the calendar, or a guest was added to one. Each guest counts by themselves.',
    events: ['meeting.booked'],
  }),
  meetingMoved: defineTrigger({
    name: 'Meeting moved',
    description: 'A meeting has another time, or another length.',
    events: ['meeting.rescheduled'],
  }),
  meetingCancelled: defineTrigger({
    name: 'Meeting cancelled',
    description: 'A meeting was taken out of the calendar, or one date of a series.',
    events: ['meeting.cancelled'],
  }),
  answered: defineTrigger({
    name: 'Guest answered, or something else changed',
    description: 'A guest accepted, declined or is unsure, or title, place or text of a meeting changed.',
    events: ['custom.event'],
  }),
}

export default defineConnector({
  id: 'google-calendar',
  name: 'Google Calendar',
  description:
    'Meetings in Google Calendar: booked, moved and cancelled ones start flows, and flows make others.',
  version: 1,
  auth,
  inbound: [push, events],
  triggers,
  actions: { createEvent, moveEvent, cancelEvent, checkFreeTime, findEvent },
  polls: { events: watchEvents },
  registration: watchChannel,
  explain,
  // Google takes 600 requests a minute of one user, and slows down who makes many changes at once
  // (https://developers.google.com/workspace/calendar/api/guides/quota, November 2026).
  limits: { rate: { requests: 300, perMs: 60_000 }, account: userOf },
})
