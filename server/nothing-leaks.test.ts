import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnyConnector, AnyInbound } from '#sdk'
import { bodyOf, readFixtures } from '#sdk/testing'
import type { CallFixture, InboundFixture, Named } from '#sdk/testing'
import { connectors } from '../connectors/registry.ts'
import { planConnections } from './connections/plan-connection.ts'
import { secretFields } from './connections/secret-values.ts'
import type { Delivery } from './deliveries/delivery.ts'
import { namedId } from './platform/named-id.ts'
import { startCollector } from './testing/start-collector.ts'
import type { Collector } from './testing/start-collector.ts'
import { startMailServer } from './testing/start-mail-server.ts'
import type { TestMailServer } from './testing/start-mail-server.ts'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from './testing/wire.ts'
import type { WiredConnection } from './testing/wire.ts'

/*
 * A day of everything: the hooks of every connector, genuine, tampered with and from strangers; every action, poll and
 * check against a vendor that says back whatever it was told, refuses it, or hangs up; people who get their password
 * wrong. Then everything that leaves the hub for those who watch it is searched for every secret that was in play.
 */
let clock = 0
const now = () => new Date(Date.now() + clock)
const collectorKey = 'a-key-for-the-collector'
const password = 'a-password-nobody-has'
let collector: Collector
let vendor: Receiver
let mail: TestMailServer
let hub: TestHub
let workspaceId: string
const seen = { logs: '', metrics: '', traces: '' }
const secrets = new Set<string>()
const people = new Set<string>()
let posted = 0
let stages: Set<unknown>

beforeAll(async () => {
  ;[collector, vendor, mail] = await Promise.all([startCollector(), startReceiver(), startMailServer()])
  vendor.answer(sayBack)
  const lines: string[] = []
  hub = await startTestHub(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_EXPORTER_OTLP_HEADERS: `x-key=${collectorKey}`,
      SWITCHYARD_ALLOW_NETWORKS: `${vendor.network},${mail.network}`,
      SWITCHYARD_LOG_LEVEL: 'debug',
    },
    { now, logTo: { write: (line) => lines.push(line) } },
  )
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
  for (const secret of [collectorKey, password, hub.adminToken, 'swy_test-metrics-token']) secrets.add(secret)

  for (const connector of connectors.values()) await spendADayWith(connector)
  await planConnections(hub.deps)
  await hub.poller.round()
  await hub.registrar.round()
  await Promise.all([hub.poller.idle(), hub.registrar.idle()])
  await knockAsStrangers()
  await hub.settled()
  seen.metrics = await readMetrics()
  await hub.close()
  seen.logs = lines.join('')
  // What goes along with each request to the collector is the collector's own affair.
  seen.traces = collector.bodies.map((body) => body.slice(body.indexOf('{"resourceSpans"'))).join('\n')
  stages = new Set(lines.map((line) => JSON.parse(line).stage))
}, 300_000)

afterAll(() => Promise.all([collector.close(), vendor.close(), mail.close()]))

/** By turns: what it was told, with whatever credentials came along; a refusal that quotes them; nothing at all. */
const sayBack: Parameters<Receiver['answer']>[0] = ({ method, headers, body, path }, response) => {
  const turn = method === 'GET' ? 1 : vendor.received.length % 4
  if (turn === 3) {
    response.destroy()
    return
  }
  const echo = JSON.stringify({
    told: headers,
    at: path,
    body,
    message: `No: ${String(headers['authorization'])} ${path}`,
  })
  response
    .writeHead([200, 401, 500][turn] ?? 200, { 'content-type': 'application/json', 'x-echo': path })
    .end(echo)
}

async function spendADayWith(connector: AnyConnector): Promise<void> {
  const { inbound, calls } = readFixtures(join(import.meta.dirname, '..', 'connectors', connector.id))
  const connections = new Map<string, WiredConnection>()
  const connectionFor = async (auth: Record<string, unknown>): Promise<WiredConnection> => {
    const own = connector.auth.mail ? { ...auth, host: mail.host, port: mail.port, security: 'none' } : auth
    const key = JSON.stringify(own)
    const known = connections.get(key) ?? (await connect(connector, own))
    connections.set(key, known)
    return known
  }
  for (const story of inbound) await postStory(connector, story, await connectionFor(story.auth))
  // Longer than anybody is asked for more about an event.
  clock += 360_000
  for (const story of calls) {
    if (story.call !== 'run' || !connector.actions[story.action]) continue
    await order(connector, story, await connectionFor(story.auth))
  }
  await hub.settled()
  for (const { id } of connections.values()) {
    await hub.graphql(`mutation { checkConnection(id: "${id}") { __typename } }`)
  }
}

/** A connection, and a flow that posts its events on with secrets of its own. */
async function connect(connector: AnyConnector, auth: Record<string, unknown>): Promise<WiredConnection> {
  const wire = wireUp(hub.deps, workspaceId)
  const connection = await wire.connection(connector.id, auth, { apiUrl: vendor.url })
  for (const name of secretFields(connector.auth.fields)) remember(auth[name])
  remember(connection.hookPath.slice('/hooks/'.length))
  const outgoing = { outgoingSecret: `out-${connection.id}`, signingSecret: `whsec_${btoa(connection.id)}` }
  for (const secret of Object.values(outgoing)) remember(secret)
  const target = await wire.connection('webhook', {
    baseUrl: vendor.url,
    outgoingAuth: 'bearer',
    ...outgoing,
  })
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed('/news?token=in-the-address'),
    type: field('event.name'),
    data: { kind: 'formula', expression: '$error(contact.email)' },
  })
  const events = [...new Set(Object.values(connector.triggers).flatMap((trigger) => [...trigger.events]))]
  if (events.length > 0) {
    await wire.flow({
      trigger: { connectionId: connection.id, events },
      entry: 'every_event',
      steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
    })
  }
  return connection
}

async function postStory(
  connector: AnyConnector,
  story: InboundFixture,
  { hookPath }: WiredConnection,
): Promise<void> {
  const inbound = connector.inbound.find(({ id }) => id === story.inbound)
  const body = bodyOf(story)
  meet(body.toString())
  const query = story.url && URL.canParse(story.url) ? new URL(story.url).search : ''
  const headers = { ...story.headers, ...signed(connector, inbound, story, `${hub.url}${hookPath}${query}`) }
  for (const [name, value] of Object.entries(headers))
    if (/auth|token|secret|signature/i.test(name)) remember(value)
  for (const [name, value] of new URLSearchParams(query)) if (/key|token|secret/i.test(name)) remember(value)
  for (const sent of [body, Buffer.concat([body, Buffer.from(' ')])]) {
    const hasBody = !['GET', 'HEAD'].includes(story.method)
    await send(`${hookPath}${query}`, { method: story.method, headers, ...(hasBody ? { body: sent } : {}) })
    posted++
  }
}

/** As the vendor would sign it now, where the contract knows how. */
function signed(
  connector: AnyConnector,
  inbound: AnyInbound | undefined,
  story: InboundFixture,
  url: string,
): Record<string, string> {
  const auth = connector.auth.fields.parse(story.auth)
  const signature = inbound?.signature.chosen?.(auth) ?? inbound?.signature
  const request = { method: story.method, url, headers: story.headers, body: bodyOf(story) }
  return signature?.sign?.(request, auth, now()) ?? {}
}

/** A delivery of one action, as if a flow had made it. */
async function order(
  connector: AnyConnector,
  story: Named<CallFixture>,
  { id }: WiredConnection,
): Promise<void> {
  const deliveryId = namedId('dlv', connector.id, story.file)
  meet(JSON.stringify(story.input))
  const at = hub.deps.now()
  const delivery: Delivery = {
    id: deliveryId,
    workspaceId,
    runId: namedId('run', deliveryId),
    flowId: hub.deps.newId('flw'),
    flowVersion: 1,
    stepId: 'stp_1',
    occurrence: 0,
    eventId: namedId('evt', deliveryId),
    connectionId: id,
    connectorId: connector.id,
    connectorVersion: connector.version,
    actionId: story.action,
    mappingId: 'map_1',
    state: 'queued',
    input: story.input,
    attempts: [],
    attemptsUsed: 0,
    confirmations: 0,
    dueAt: at,
    lane: deliveryId,
    position: posted++,
    trace: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    createdAt: at,
    updatedAt: at,
  }
  await hub.deps.storesOf(workspaceId).deliveries.add(delivery)
}

async function knockAsStrangers(): Promise<void> {
  remember('swy_not-a-token-of-anybody')
  const headers = { authorization: 'Bearer swy_not-a-token-of-anybody', 'content-type': 'application/json' }
  const signIn = `mutation { signIn(email: "eva@example.org", password: "${password}") { __typename } }`
  for (const { path, init } of [
    { path: '/metrics', init: { headers } },
    {
      path: '/hooks/a-guess-at-an-address?token=swy_not-a-token-of-anybody',
      init: { method: 'POST', headers },
    },
    { path: '/graphql', init: { method: 'POST', headers, body: JSON.stringify({ query: '{ me { id } }' }) } },
    {
      path: '/graphql',
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: signIn }),
      },
    },
    { path: '/graphql?access_token=swy_not-a-token-of-anybody', init: { method: 'POST', body: 'not json' } },
  ]) {
    await send(path, init)
  }
}

async function readMetrics(): Promise<string> {
  return send('/metrics', { headers: { authorization: 'Bearer swy_test-metrics-token' } })
}

/** On a connection of its own, since the hub closes idle ones while this machine is busy. */
function send(
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = request(`${hub.url}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

function meet(text: string): void {
  for (const address of text.replaceAll('%40', '@').match(/[\w.+-]+@[\w-]+\.[\w.]+/g) ?? [])
    people.add(address)
}

/** Short ones are words like any other. */
function remember(secret: unknown): void {
  if (typeof secret === 'string' && secret.length >= 8) secrets.add(secret)
}

describe('after a day of everything', () => {
  it('there is something to search in, and something to search for', () => {
    expect(posted).toBeGreaterThan(300)
    expect(secrets.size).toBeGreaterThan(100)
    expect(people.size).toBeGreaterThan(10)
    expect([...stages]).toEqual(
      expect.arrayContaining([
        'receipt.stored',
        'receipt.refused',
        'event.normalised',
        'event.handled',
        'delivery.attempted',
        'delivery.left',
      ]),
    )
    expect(seen.traces).toContain('"attempt"')
    expect(seen.metrics).toContain('switchyard_attempt_seconds_bucket{connector="smtp"')
  })

  it.each(['logs', 'metrics', 'traces'] as const)('no secret is in the %s, in any spelling', (where) => {
    const text = seen[where]
    const found = [...secrets].filter((secret) =>
      [
        secret,
        encodeURIComponent(secret),
        btoa(secret).replace(/=+$/, ''),
        JSON.stringify(secret).slice(1, -1),
      ].some((spelling) => text.includes(spelling)),
    )
    expect(found).toEqual([])
  })

  it.each(['logs', 'metrics', 'traces'] as const)('nobody’s address is in the %s', (where) => {
    expect([...people].filter((address) => seen[where].includes(address))).toEqual([])
  })
})
