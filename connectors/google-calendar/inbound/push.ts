import { defineInbound, fingerprint, headerSecret, z } from '#sdk'
import { auth, calendarsOf } from '../auth.ts'
import type { Credentials } from '../auth.ts'

const message = z.object({ channel: z.string().min(1), number: z.string().min(1), state: z.string().min(1) })

/**
 * Google says that something changed, and not what: a request without a body. What it was is asked for with the sync
 * token, which also tells what messages that never came would have told; Google promises none of them.
 * The token is 32 random bytes; whoever knows it can only make the hub look.
 */
export const push = defineInbound({
  id: 'push',
  auth,
  signature: headerSecret({
    header: 'x-goog-channel-token',
    secret: ({ channelToken }: Credentials) => channelToken,
  }),
  // The declared type is JSON, and there is none.
  parse: ({ headers }) => ({
    channel: headers['x-goog-channel-id'],
    number: headers['x-goog-message-number'],
    state: headers['x-goog-resource-state'],
  }),
  item: message,
  // Numbers count up within a channel, with gaps. The same one again is Google's second try.
  dedupeKey: ({ channel, number }) => `${channel}:${number}`,
  wakes(_item, { query }, credentials) {
    const print = query.get(calendarParameter)
    const calendars = calendarsOf(credentials)
    return { poll: 'events', subject: calendars.find((id) => printOf(id) === print) ?? calendars[0] }
  },
  normalise: () => [],
})

const calendarParameter = 'calendar'

/** The address that a calendar's channel calls: which calendar it is about, without its id, which is often an email. */
export function channelAddress(url: string, calendarId: string): string {
  const address = new URL(url)
  address.searchParams.set(calendarParameter, printOf(calendarId))
  return address.href
}

const printOf = (calendarId: string): string => fingerprint(calendarId).slice(0, 12)
