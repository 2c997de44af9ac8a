import { z } from 'zod'
import { googleError } from './google-errors.ts'
import { postWebhook } from './post-webhook.ts'
import type { Answered, Posted } from './stand-in.ts'

const wanted = z.looseObject({
  id: z.string().regex(/^[A-Za-z0-9\-_+/=]{1,64}$/),
  type: z.literal('web_hook'),
  address: z.string(),
  token: z.string().max(256).optional(),
  expiration: z.coerce.number().optional(),
})

interface Channel {
  id: string
  resourceId: string
  resourceUri: string
  calendarId: string
  address: string
  token: string | undefined
  expiresAt: number
  /** Of the last message. */
  number: number
}

/** However long a channel is asked for. */
const lifetimeMs = 7 * 86_400_000

/** The channels by which Google tells that a calendar changed: messages without a body, and no word of what it was. */
export class GoogleChannels {
  readonly #channels = new Map<string, Channel>()
  readonly #now: () => Date
  /** Messages that were sent, newest last. */
  readonly sent: (Posted & { state: string })[] = []
  #sending: Promise<unknown> = Promise.resolve()

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Opens a channel, and says so through it. */
  open(calendarId: string, resourceUri: string, body: unknown): Answered {
    const parsed = wanted.safeParse(body)
    if (!parsed.success) {
      const field = parsed.error.issues[0]?.path.join('.') ?? ''
      return googleError(400, { message: `Invalid value for: ${field}`, reason: 'invalid' })
    }
    const { id, address, token, expiration } = parsed.data
    if (!isCallable(address)) {
      const message = `WebHook callback must be HTTPS: ${address}`
      return googleError(400, { message, reason: 'push.webhookUrlNotHttps' })
    }
    if (this.#channels.has(id)) {
      return googleError(400, { message: `Channel id ${id} not unique`, reason: 'channelIdNotUnique' })
    }
    const latest = this.#now().getTime() + lifetimeMs
    const expiresAt = Math.min(expiration ?? latest, latest)
    const resourceId = `ret${Buffer.from(calendarId).toString('hex').slice(0, 20)}`
    const channel = { id, resourceId, resourceUri, calendarId, address, token, expiresAt, number: 0 }
    this.#channels.set(id, channel)
    void this.#send(channel, 'sync')
    const json = { kind: 'api#channel', id, resourceId, resourceUri, token, expiration: String(expiresAt) }
    return { status: 200, json }
  }

  stop(body: unknown): Answered {
    const { id, resourceId } = z.looseObject({ id: z.string(), resourceId: z.string() }).parse(body)
    const channel = this.#channels.get(id)
    if (channel?.resourceId !== resourceId) {
      return googleError(404, {
        message: `Channel '${id}' not found for project 'sandbox'`,
        reason: 'notFound',
      })
    }
    this.#channels.delete(id)
    return { status: 204 }
  }

  /** Tells every channel of a calendar that something changed. */
  tell(calendarId: string): Promise<Posted[]> {
    const now = this.#now().getTime()
    for (const channel of this.#channels.values())
      if (channel.expiresAt <= now) this.#channels.delete(channel.id)
    const open = [...this.#channels.values()].filter((channel) => channel.calendarId === calendarId)
    return Promise.all(open.map((channel) => this.#send(channel, 'exists')))
  }

  /** The channels as they are, without their tokens. */
  shown(): unknown[] {
    return [...this.#channels.values()].map(({ token: _, expiresAt, ...channel }) => ({
      ...channel,
      expiration: new Date(expiresAt).toISOString(),
    }))
  }

  reset(): void {
    this.#channels.clear()
    this.sent.length = 0
  }

  /** One after the other, as a channel's messages come. */
  #send(channel: Channel, state: string): Promise<Posted> {
    channel.number += 1
    const headers = {
      'content-type': 'application/json; utf-8',
      'x-goog-channel-id': channel.id,
      'x-goog-channel-expiration': new Date(channel.expiresAt).toUTCString(),
      'x-goog-resource-id': channel.resourceId,
      'x-goog-resource-uri': channel.resourceUri,
      'x-goog-resource-state': state,
      // They count up, and not by one.
      'x-goog-message-number': String(state === 'sync' ? 1 : channel.number * 7),
      ...(channel.token === undefined ? {} : { 'x-goog-channel-token': channel.token }),
    }
    const posted = this.#sending.then(() => postWebhook(channel.address, { headers, body: '' }))
    this.#sending = posted
    return posted.then((each) => {
      this.sent.push({ ...each, state })
      return each
    })
  }
}

/** Google wants https. A hub on this very machine is let through, or the sandbox could not be tried. */
function isCallable(address: string): boolean {
  const url = URL.parse(address)
  if (!url) return false
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname))
  )
}
