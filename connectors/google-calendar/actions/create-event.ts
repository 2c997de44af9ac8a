import { defineAction, fingerprint, z } from '#sdk'
import type { ActionContext } from '#sdk'
import { auth, calendarsOf, eventPath } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { ownProperty } from '../event-resource.ts'
import { meetingOutput } from '../meeting-output.ts'
import { times, writtenTimes } from '../meeting-time.ts'
import { calendar, inMapped, notifyGuests, sendUpdates } from '../which-event.ts'

const input = z.object({
  title: z.string().min(1).max(1024).meta({ label: 'Title' }),
  ...times,
  guests: z
    .array(z.email())
    .max(200)
    .optional()
    .meta({ label: 'Guests', help: 'Their email addresses.', suggest: 'contact.email' }),
  description: z.string().max(8192).optional().meta({ label: 'Description', prose: true }),
  location: z.string().max(1024).optional().meta({ label: 'Place' }),
  videoCall: z.boolean().default(false).meta({ label: 'Add a video call', help: 'A room in Google Meet.' }),
  ...notifyGuests,
  reference: z.string().min(1).max(900).optional().meta({
    label: 'Reference',
    help: 'Something to find the event by later, such as the id of a deal. Only the hub sees it.',
  }),
  ...calendar,
})

export const createEvent = defineAction({
  auth,
  name: 'Create an event',
  description: 'Puts a meeting or a whole day into the calendar, and invites the guests you map.',
  // The event's id is made from the key, so that Google refuses a second one.
  repeat: 'key',
  input,
  run: (context, mapped) => inMapped(mapped.calendar, create(context, mapped)),
})

async function create(
  { http, auth: credentials, key }: ActionContext<Credentials>,
  mapped: z.output<typeof input>,
): Promise<Record<string, unknown>> {
  const calendarId = mapped.calendar ?? calendarsOf(credentials)[0]
  // Google wants letters and digits of base32hex; hexadecimal is a part of it.
  const id = fingerprint(key)
  const { title, description, location, guests = [], reference, videoCall } = mapped
  const json = {
    id,
    summary: title,
    description,
    location,
    ...(await writtenTimes({ http, calendarId }, mapped, 30)),
    ...(guests.length > 0 ? { attendees: [...new Set(guests)].map((email) => ({ email })) } : {}),
    extendedProperties: {
      private: { [ownProperty.key]: key, ...(reference ? { [ownProperty.reference]: reference } : {}) },
    },
    ...(videoCall ? { conferenceData: { createRequest: room(id) } } : {}),
  }
  const query = {
    sendUpdates: sendUpdates(mapped),
    // Without it Google leaves the room out and says nothing.
    conferenceDataVersion: videoCall ? 1 : undefined,
  }
  const path = eventPath(credentials, calendarId)
  const answer = await http.post(path, { query, json, accept: [409] })
  // Taken: a try before this one had arrived.
  const held = answer.status === 409 ? await http.get(`${path}/${id}`) : answer
  return meetingOutput(held.json())
}

const room = (requestId: string) => ({ requestId, conferenceSolutionKey: { type: 'hangoutsMeet' } })
