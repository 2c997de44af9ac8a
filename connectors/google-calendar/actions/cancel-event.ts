import { defineAction, z } from '#sdk'
import { auth, eventPath } from '../auth.ts'
import { notifyGuests, sendUpdates, whichEvent } from '../which-event.ts'

export const cancelEvent = defineAction({
  auth,
  name: 'Cancel an event',
  description: 'Takes an event out of the calendar. One that is gone already is no failure.',
  repeat: 'safe',
  input: z.object({ ...whichEvent, ...notifyGuests }),
  async run({ http, auth: credentials }, mapped) {
    const path = eventPath(credentials, mapped.calendar, mapped.eventId)
    const query = { sendUpdates: sendUpdates(mapped) }
    // 410: somebody was faster. 404 is another matter: there never was such an event.
    const answer = await http.delete(path, { query, accept: [410] })
    return { id: mapped.eventId, wasThere: answer.status !== 410 }
  },
})
