import { defineRegistration, HttpStatusError, z } from '#sdk'
import type { Http } from '#sdk'
import { auth, calendarsOf, eventPath } from './auth.ts'
import type { Credentials } from './auth.ts'
import { channelAddress } from './inbound/push.ts'

const watched = z.looseObject({
  id: z.string(),
  resourceId: z.string(),
  /** Milliseconds since 1970, as text. */
  expiration: z.string().regex(/^\d+$/).optional(),
})

/** Google shortens what is longer (developers.google.com/workspace/calendar/api/guides/push, read 2026-11). */
const lifetimeMs = 7 * 86_400_000

/**
 * A channel per calendar. Google has no way to prolong one: a new channel with another id is opened before the old one
 * ends, and for a while both tell of the same change, which costs one look more.
 */
export const watchChannel = defineRegistration({
  auth,
  canRegister: ({ watch }) => watch,
  subjects: calendarsOf,
  secretField: 'channelToken',
  async register({ http, auth: credentials, now, subject }, { url, id }) {
    const channel = {
      type: 'web_hook',
      address: channelAddress(url, subject),
      token: credentials.channelToken,
      expiration: String(now.getTime() + lifetimeMs),
    }
    const answer = await open({ http, auth: credentials, subject }, { ...channel, id }).catch(
      (error: unknown) => {
        // A try before this one had arrived. Its channel cannot be stopped without its resource, and ends by itself.
        if (!isTaken(error)) throw error
        return open(
          { http, auth: credentials, subject },
          { ...channel, id: `${id}-${now.getTime().toString(36)}` },
        )
      },
    )
    const { id: channelId, resourceId, expiration } = watched.parse(answer)
    return {
      state: { channelId, resourceId },
      ...(expiration ? { expiresAt: new Date(Number(expiration)) } : {}),
    }
  },
  async remove({ http }, { channelId: id = '', resourceId = '' }) {
    await http.post('calendar/v3/channels/stop', { json: { id, resourceId }, accept: [404, 410] })
  },
})

async function open(
  { http, auth: credentials, subject }: { http: Http; auth: Credentials; subject: string },
  channel: Record<string, unknown>,
): Promise<unknown> {
  return http.post(`${eventPath(credentials, subject)}/watch`, { json: channel }).json()
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof HttpStatusError &&
    [400, 409].includes(error.status) &&
    error.body.includes('channelIdNotUnique')
  )
}
