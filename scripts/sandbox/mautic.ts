import { contactRoutes } from './mautic-contacts.ts'
import { badRequest, badToken, noSuchPath, tooMany, unauthorised } from './mautic-errors.ts'
import { groupRoutes } from './mautic-groups.ts'
import { hookRoutes } from './mautic-hooks.ts'
import { Instance } from './mautic-instance.ts'
import { emitWebhook, webhookNames } from './mautic-webhooks.ts'
import { RequestRate } from './request-rate.ts'
import type { Route } from './route.ts'
import { signInStandIn } from './sign-in.ts'
import type { Asked, Character } from './stand-in.ts'

/** The user and the application that this Mautic knows; their password and secret key are the sandbox's token. */
export const mauticUser = 'sandbox'
export const mauticClient = '1_sandbox'

const hourMs = 3_600_000

/**
 * Enough of Mautic for every action of the connector and its registration, with both ways to sign in. It keeps what it
 * is sent, refuses what Mautic would refuse, and leaves out what Mautic would leave out. It posts webhooks when it is
 * told to, and none for what comes in by the API. `callsPerHour` is what somebody set; Mautic itself sets nothing.
 */
export function mauticStandIn(
  password: string,
  now: () => Date,
  { callsPerHour = 100_000 }: { callsPerHour?: number } = {},
): Character {
  const signIn = signInStandIn(
    {
      vendor: 'Mautic',
      paths: { authorize: '/oauth/v2/authorize', token: '/oauth/v2/token' },
      clients: { [mauticClient]: password },
      account: mauticUser,
      scopes: [],
      rotates: true,
    },
    now,
  )
  const limit = { requests: callsPerHour, perMs: hourMs }
  const basic = `Basic ${Buffer.from(`${mauticUser}:${password}`).toString('base64')}`
  const routes: readonly Route<Instance>[] = [...contactRoutes, ...groupRoutes, ...hookRoutes]
  let instance = new Instance(now)
  let rate = new RequestRate(limit, now)

  return {
    name: 'Mautic stand-in',
    state: () => ({ ...stateOf(instance), ...signIn.state() }),
    reset() {
      instance = new Instance(now)
      rate = new RequestRate(limit, now)
      signIn.reset()
    },
    webhooks: { names: webhookNames, emit: (query) => emitWebhook(instance, query) },
    answer(asked) {
      const signedIn = signIn.answer(asked)
      if (signedIn) return signedIn
      const isBearer = /^bearer /i.test(asked.headers.authorization ?? '')
      if (isBearer && !signIn.bearer(asked)) return { ...badToken(), note: 'no such access token' }
      if (!isBearer && asked.headers.authorization !== basic) {
        return { ...unauthorised(), note: 'another password' }
      }
      const resetsAt = Math.ceil((now().getTime() + hourMs) / 1000)
      const { ok, left } = rate.take()
      if (!ok) return { ...tooMany(callsPerHour, resetsAt), note: 'too many' }
      if (isUnreadable(asked)) return { ...badRequest('Bad request.'), note: 'the body is no JSON' }
      const path = asked.path.replace(/^\/api\//, '')
      for (const route of routes) {
        const match = route.method === asked.method ? route.path.exec(path) : null
        if (!match) continue
        const answered = route.answer(instance, { ...asked, parts: match.slice(1).map(decodeURIComponent) })
        const headers = { 'mautic-version': '5.1.0', 'x-ratelimit-remaining': String(left) }
        return { ...answered, headers: { ...headers, ...answered.headers } }
      }
      return noSuchPath(asked.path)
    },
  }
}

/** What is written is JSON or a form; this plays a Mautic that is spoken to in JSON. */
function isUnreadable({ method, headers, body }: Asked): boolean {
  return method !== 'GET' && body !== '' && !headers['content-type']?.startsWith('application/json')
}

function stateOf(instance: Instance): Record<string, unknown> {
  const members = (groups: ReadonlyMap<number, ReadonlyMap<number, string>>) =>
    Object.fromEntries([...groups].map(([id, held]) => [id, [...held.keys()]]))
  return {
    contacts: [...instance.contacts.values()],
    segments: members(instance.segments),
    campaigns: members(instance.campaigns),
    notes: [...instance.notes.values()],
    emails: instance.sent,
    webhooks: [...instance.webhooks.values()],
  }
}
