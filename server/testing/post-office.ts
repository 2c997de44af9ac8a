import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  defineAuth,
  defineConnector,
  defineInbound,
  definePoll,
  defineRegistration,
  defineTrigger,
  headerSecret,
  z,
} from '#sdk'
import { connectors } from '../../connectors/registry.ts'

/*
 * A vendor that exists for tests: it can be polled, takes registrations of webhooks, and posts them. Its parcels have
 * versions, its people have none, and "something changed" makes the hub look.
 */

const auth = defineAuth({
  fields: z.object({
    apiKey: z.string().meta({ label: 'API key', secret: true }),
    signingSecret: z.string().optional().meta({ label: 'Signing secret', secret: true }),
    depots: z.array(z.string()).default([]).meta({ label: 'Depots' }),
  }),
  http: ({ apiKey }) => ({ prefixUrl: 'https://api.post.example', headers: { authorization: apiKey } }),
  check: async ({ http }) => ({ account: (await http.get('me').json<{ name: string }>()).name }),
})

const signature = headerSecret<z.output<typeof auth.fields>>({
  header: 'x-post-secret',
  secret: ({ signingSecret }) => signingSecret,
})

const kindOf = (body: Buffer) => /"kind":"(\w+)"/.exec(body.toString())?.[1]

const parcels = defineInbound({
  id: 'parcels',
  auth,
  recognise: ({ body }) => kindOf(body) === 'parcel',
  signature,
  split: (payload) => (Array.isArray(payload) ? payload : [payload]),
  item: z.object({ number: z.int(), email: z.email(), at: z.iso.datetime() }),
  dedupeKey: ({ number }) => `parcel-${number}`,
  normalise: ({ number, email, at }) => [
    { name: 'order.created', occurred_at: at, contact: { email }, properties: { order_id: String(number) } },
  ],
})

const people = defineInbound({
  id: 'people',
  auth,
  recognise: ({ body }) => kindOf(body) === 'person',
  signature,
  split: (payload) => (Array.isArray(payload) ? payload : [payload]),
  item: z.object({ id: z.string(), email: z.email(), city: z.string().nullish() }),
  dedupeKey: ({ id }, hook) => `${id}@${hook.receivedAt.toISOString()}`,
  snapshot: ({ id, email, city }) => ({ id, fields: { email, city } }),
  normalise: ({ id, email, city }, { receivedAt, changed }) => [
    {
      name: 'contact.updated',
      occurred_at: receivedAt.toISOString(),
      contact: { email, external_id: id },
      properties: {
        changes: (changed ?? []).map((field) => ({ field, new: field === 'city' ? city : email })),
      },
    },
  ],
})

const ping = defineInbound({
  id: 'ping',
  auth,
  recognise: ({ body }) => kindOf(body) === 'changed',
  signature,
  item: z.object({ depot: z.string().optional() }),
  dedupeKey: (_item, hook) => hook.id ?? '',
  wakes: ({ depot }) => ({ poll: 'parcels', ...(depot ? { subject: depot } : {}) }),
  normalise: () => [],
})

export const postOffice = defineConnector({
  id: 'post-office',
  name: 'Post office',
  description: 'A vendor for tests.',
  version: 1,
  auth,
  inbound: [parcels, people, ping],
  triggers: {
    parcel: defineTrigger({ name: 'Parcel', description: 'A parcel came.', events: ['order.created'] }),
  },
  actions: {},
  polls: {
    parcels: definePoll({
      auth,
      name: 'Parcels',
      inbound: 'parcels',
      everyMs: 300_000,
      subjects: ({ depots }) => (depots.length > 0 ? depots : ['']),
      async fetch({ http, subject }, cursor) {
        // One number back: the vendor is said to be late sometimes.
        const query = { after: Number(cursor ?? 0) - 1, depot: subject }
        const { rows, more } = await http
          .get('parcels', { query })
          .json<{ rows: { number: number }[]; more: boolean }>()
        const last = rows.at(-1)?.number ?? Number(cursor ?? 0)
        return { ...(rows.length > 0 ? { payload: rows } : {}), cursor: String(last), more }
      },
    }),
    people: definePoll({
      auth,
      name: 'People',
      inbound: 'people',
      everyMs: 300_000,
      async fetch({ http, now }) {
        const rows = await http.get('people').json<unknown[]>()
        return { ...(rows.length > 0 ? { payload: rows } : {}), cursor: now.toISOString() }
      },
    }),
  },
  registration: defineRegistration({
    auth,
    secretField: 'signingSecret',
    subjects: ({ depots }) => (depots.length > 0 ? depots : ['']),
    async register({ http, auth: { signingSecret }, subject }, { url, id }) {
      const form = { url, secret: signingSecret, depot: subject, name: id }
      const made = await http.post('hooks', { json: form }).json<{ id: string; until?: string }>()
      return { state: { id: made.id }, ...(made.until ? { expiresAt: new Date(made.until) } : {}) }
    },
    async check({ http }, { id }, { url }) {
      const answer = await http.get(`hooks/${id}`, { accept: [404] })
      if (answer.status === 404) return 'gone'
      const found = answer.json<{ url: string; isOn: boolean }>()
      if (!found.isOn) return 'switched_off'
      return found.url === url ? 'active' : 'differs'
    },
    async remove({ http }, { id }) {
      await http.delete(`hooks/${id}`, { accept: [404] })
    },
  }),
})

/** Everything the hub has, and this vendor. */
export const withPostOffice = new Map([...connectors, [postOffice.id, postOffice]])

export interface Parcel {
  number: number
  email: string
  at: string
  depot?: string
}

interface RegisteredHook {
  id: string
  url: string
  secret: string
  depot: string
  name: string
  isOn: boolean
}

/** The vendor's side, as a real server on this machine. */
export interface PostOffice {
  url: string
  /** For SWITCHYARD_ALLOW_NETWORKS. */
  network: string
  parcels: Parcel[]
  people: { id: string; email: string; city?: string }[]
  hooks: RegisteredHook[]
  /** `GET /parcels?…` as they came. */
  asked: string[]
  /** How long a webhook lives, where it does not live for ever. */
  hookUntil: (() => Date) | undefined
  /** Stands in for the usual answer where it returns true. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined
  /** Told of every usual answer when it has left. */
  onAnswered: ((request: IncomingMessage) => void) | undefined
  close(): Promise<void>
}

const PAGE = 2

export async function startPostOffice(): Promise<PostOffice> {
  let made = 0
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const office: PostOffice = {
    url: `http://127.0.0.1:${port}`,
    network: `127.0.0.1/32:${port}`,
    parcels: [],
    people: [],
    hooks: [],
    asked: [],
    hookUntil: undefined,
    answer: undefined,
    onAnswered: undefined,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return office

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { pathname, searchParams } = new URL(request.url ?? '', office.url)
    const [, kind, id] = pathname.split('/')
    office.asked.push(`${request.method} ${request.url}`)
    if (office.answer?.(request, response)) return
    response.once('finish', () => office.onAnswered?.(request))
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

    if (request.headers.authorization !== 'right') return void send(401, {})
    if (kind === 'me') return void send(200, { name: 'The office' })
    if (kind === 'people') return void send(200, office.people)
    if (kind === 'parcels') {
      const depot = searchParams.get('depot')
      const rows = office.parcels.filter(
        (each) => each.number > Number(searchParams.get('after')) && (each.depot ?? '') === depot,
      )
      return void send(200, { rows: rows.slice(0, PAGE), more: rows.length > PAGE })
    }
    const known = office.hooks.find((hook) => hook.id === id)
    if (request.method === 'POST') {
      const wanted = JSON.parse(Buffer.concat(chunks).toString())
      // One name, one webhook: a second try finds what the first has made.
      const before = office.hooks.find(({ name }) => name === wanted.name)
      const hook = before ?? { ...wanted, id: `hook-${++made}`, isOn: true }
      if (!before) office.hooks.push(hook)
      return void send(201, { id: hook.id, ...(office.hookUntil ? { until: office.hookUntil() } : {}) })
    }
    if (!known) return void send(404, {})
    if (request.method === 'DELETE') office.hooks = office.hooks.filter((hook) => hook !== known)
    return void send(200, known)
  }
}
