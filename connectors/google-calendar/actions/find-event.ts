import { defineAction, InputRefusedError, z } from '#sdk'
import { auth, eventPath } from '../auth.ts'
import { eventResource, ownProperty } from '../event-resource.ts'
import type { EventResource } from '../event-resource.ts'
import { meetingOutput } from '../meeting-output.ts'
import { calendar, inMapped } from '../which-event.ts'

const found = z.looseObject({
  items: z.array(eventResource).default([]),
  nextPageToken: z.string().optional(),
})

export const findEvent = defineAction({
  auth,
  name: 'Find an event',
  description:
    'The next event with a guest, or with a reference that “Create an event” gave it. That there is none is an answer too.',
  repeat: 'safe',
  input: z.object({
    guest: z.email().optional().meta({ label: 'Guest', suggest: 'contact.email' }),
    reference: z.string().min(1).max(900).optional().meta({ label: 'Reference' }),
    ...calendar,
  }),
  async run({ http, auth: credentials, now }, { guest, reference, calendar: calendarId }) {
    if (!guest && !reference) throw new InputRefusedError('Map the guest or the reference.', 'guest')
    const query = {
      // Every date of a series by itself, and nothing that is over.
      singleEvents: true,
      orderBy: 'startTime',
      timeMin: now.toISOString(),
      maxResults: 50,
      // A search finds words anywhere; only the guest list decides.
      q: guest,
      privateExtendedProperty: reference ? `${ownProperty.reference}=${reference}` : undefined,
    }
    let pageToken: string | undefined
    // A page may hold less than there is room for, or nothing, and still not be the last.
    do {
      const asking = http.get(eventPath(credentials, calendarId), { query: { ...query, pageToken } })
      const page = found.parse((await inMapped(calendarId, asking)).json())
      const event = page.items.find((each) => !guest || isInvited(each, guest))
      if (event) return { found: true, ...meetingOutput(event) }
      pageToken = page.nextPageToken
    } while (pageToken)
    return { found: false }
  },
})

function isInvited({ attendees, organizer }: EventResource, guest: string): boolean {
  return [...(attendees ?? []), ...(organizer ? [organizer] : [])].some(
    ({ email }) => email?.toLowerCase() === guest.toLowerCase(),
  )
}
