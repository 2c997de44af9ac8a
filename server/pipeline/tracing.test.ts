import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { startCollector } from '../testing/start-collector.ts'
import type { CollectedSpan, Collector } from '../testing/start-collector.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../testing/wire.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

let clock = 0
const now = () => new Date(Date.now() + clock)

async function surroundings(): Promise<{ collector: Collector; receiver: Receiver }> {
  const [collector, receiver] = [await startCollector(), await startReceiver()]
  cleanups.push(
    () => collector.close(),
    () => receiver.close(),
  )
  return { collector, receiver }
}

/** A connection that takes in posts, and a flow that posts them on. */
async function postToPost(hub: TestHub, receiver: Receiver, credentials: Record<string, unknown> = {}) {
  const workspaceId = (await hub.deps.workspaces.all())[0]!.id
  const wire = wireUp(hub.deps, workspaceId)
  const source = await wire.connection('webhook', {})
  const target = await wire.connection('webhook', { baseUrl: receiver.url, ...credentials })
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed('/in'),
    type: field('event.name'),
    data: { kind: 'formula', expression: '{ "email": contact.email }' },
  })
  await wire.flow({
    trigger: { connectionId: source.id, events: ['custom.event'] },
    entry: 'every_event',
    steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
  })
  return source
}

async function post(hub: TestHub, hookPath: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${hub.url}${hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ type: 'signup', contact: { email: 'eva@example.org' } }),
  })
  return response.status
}

/** Each span's name with the names of those above it. */
function roads(spans: readonly CollectedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const road = ({ name, parentSpanId }: CollectedSpan): string => {
    const parent = parentSpanId === undefined ? undefined : byId.get(parentSpanId)
    return parent ? `${road(parent)} > ${name}` : name
  }
  return spans.map(road).toSorted()
}

describe('the trace of one event', () => {
  it('is its whole road, from the hook to every attempt, however much later', async () => {
    const { collector, receiver } = await surroundings()
    const hub = await startTestHub(
      { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, SWITCHYARD_ALLOW_NETWORKS: receiver.network },
      { now },
    )
    receiver.answer((_request, response) => response.writeHead(503).end())
    const source = await postToPost(hub, receiver)
    expect(await post(hub, source.hookPath)).toBe(202)
    await hub.settled()
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    clock += 60_000
    await hub.settled()
    await hub.close()

    expect(roads(collector.spans)).toEqual([
      'hook',
      'hook > event',
      'hook > event > run',
      'hook > event > run > attempt',
      'hook > event > run > attempt',
      'hook > event > run > map',
      'hook > normalise',
    ])
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
    const attempts = collector.spans.filter(({ name }) => name === 'attempt')
    expect(
      attempts.map(({ attributes: { attempt, outcome, status }, failed }) => [
        attempt,
        outcome,
        status,
        failed,
      ]),
    ).toEqual([
      [1, 'failed', 503, true],
      [2, 'delivered', undefined, false],
    ])
    // A receiver that was not asked to go on with the trace is not told of it.
    expect(receiver.received.some(({ headers }) => 'traceparent' in headers)).toBe(false)
  })

  it('names its sender’s context beside it and is not continued by strangers; our own receiver may go on with it', async () => {
    const { collector, receiver } = await surroundings()
    const hub = await startTestHub({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    })
    const source = await postToPost(hub, receiver, { sendTraceContext: true })
    const theirs = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
    await post(hub, source.hookPath, { traceparent: `00-${theirs.traceId}-${theirs.spanId}-01` })
    await post(hub, source.hookPath, { traceparent: 'nonsense"}' })
    await hub.settled()
    await hub.close()

    const hooks = collector.spans.filter(({ name }) => name === 'hook')
    expect(hooks.map(({ links, parentSpanId }) => [links, parentSpanId])).toEqual([
      [[theirs], undefined],
      [[], undefined],
    ])
    expect(hooks.map(({ traceId }) => traceId)).not.toContain(theirs.traceId)
    const attempts = collector.spans.filter(({ name }) => name === 'attempt')
    expect(receiver.received.map(({ headers }) => String(headers['traceparent'])).toSorted()).toEqual(
      attempts.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted(),
    )
  })

  it('goes on in the process that works it through, when another one took it in', async () => {
    const { collector, receiver } = await surroundings()
    const dataDir = makeDataDir()
    cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }))
    const settings = {
      SWITCHYARD_DATA_DIR: dataDir,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    }
    const taking = await startTestHub({ ...settings, SWITCHYARD_ROLE: 'api' })
    const source = await postToPost(taking, receiver)
    expect(await post(taking, source.hookPath)).toBe(202)
    await taking.close()
    const working = await startTestHub({ ...settings, SWITCHYARD_ROLE: 'worker' })
    await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBe(1)
    await working.settled()
    await working.close()

    expect(roads(collector.spans)).toContain('hook > event > run > attempt')
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1)
    const instanceOf = (name: string) => collector.spans.find((span) => span.name === name)?.instance
    expect(instanceOf('hook')).not.toBe(instanceOf('attempt'))
  })

  it('is in the log at every stage, one line each', async () => {
    const { collector, receiver } = await surroundings()
    const lines: Record<string, unknown>[] = []
    const hub = await startTestHub(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        SWITCHYARD_ALLOW_NETWORKS: receiver.network,
        SWITCHYARD_LOG_LEVEL: 'info',
      },
      { logTo: { write: (line) => lines.push(JSON.parse(line)) } },
    )
    const source = await postToPost(hub, receiver)
    await post(hub, source.hookPath)
    await hub.settled()
    await hub.close()

    const road = ['receipt.stored', 'event.normalised', 'event.handled', 'delivery.attempted']
    const told = lines.filter(({ stage }) => road.includes(String(stage)))
    expect(told.map(({ stage }) => String(stage)).toSorted()).toEqual(road.toSorted())
    const [hook] = collector.spans.filter(({ name }) => name === 'hook')
    for (const { trace, duration_ms } of told) {
      expect(trace).toBe(hook!.traceId)
      expect(duration_ms).toBeTypeOf('number')
    }
  })

  it('costs nothing and is nowhere while nobody collects it', async () => {
    const { receiver } = await surroundings()
    const hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
    const source = await postToPost(hub, receiver, { sendTraceContext: true })
    await post(hub, source.hookPath)
    await hub.settled()
    const workspaceId = (await hub.deps.workspaces.all())[0]!.id
    const [delivery] = await hub.deps.storesOf(workspaceId).deliveries.page({}, undefined, 1)
    expect(delivery).toMatchObject({ state: 'delivered' })
    expect(delivery).not.toHaveProperty('trace')
    expect(receiver.received[0]?.headers).not.toHaveProperty('traceparent')
    await hub.close()
  })

  it('holds nothing up when the collector is away', async () => {
    const { receiver } = await surroundings()
    const lines: Record<string, unknown>[] = []
    const hub = await startTestHub(
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        SWITCHYARD_ALLOW_NETWORKS: receiver.network,
        SWITCHYARD_LOG_LEVEL: 'warn',
      },
      { logTo: { write: (line) => lines.push(JSON.parse(line)) } },
    )
    const source = await postToPost(hub, receiver)
    expect(await post(hub, source.hookPath)).toBe(202)
    await hub.settled()
    expect(receiver.received).toHaveLength(1)
    await hub.close()
    expect(lines.map(({ stage }) => stage)).toContain('traces.not_sent')
  })
})
