import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireUp } from '../testing/wire.ts'

const SECRET = 'whsec_restart'

let dir: string
let receiver: Receiver
let clock = 0
const now = () => new Date(Date.now() + clock)

beforeEach(async () => {
  dir = makeDataDir()
  receiver = await startReceiver()
})

afterEach(async () => {
  await receiver.close()
  rmSync(dir, { recursive: true, force: true })
})

function start(role: 'all' | 'api'): Promise<TestHub> {
  const settings = {
    SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    SWITCHYARD_DATA_DIR: dir,
    SWITCHYARD_ROLE: role,
  }
  return startTestHub(settings, { now })
}

/** Sales of one customer go out as webhooks. */
async function wireSales({ deps }: TestHub): Promise<string> {
  const [workspace] = await deps.workspaces.all()
  const wire = wireUp(deps, workspace!.id)
  const stripe = await wire.connection('stripe', { signingSecret: SECRET })
  const out = await wire.connection('webhook', {})
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed(receiver.url),
    type: field('event.name'),
    'data.order': field('event.properties.order_id'),
  })
  await wire.flow({
    trigger: { connectionId: stripe.id, events: ['order.completed'] },
    entry: 'every_event',
    steps: [step(deps, out.id, 'sendWebhook', mappingId)],
  })
  return stripe.hookPath
}

async function post(hub: TestHub, path: string, number: number): Promise<void> {
  const body = stripeSale(number, { customer: 'cus_restart' })
  const response = await fetch(`${hub.url}${path}`, {
    method: 'POST',
    headers: stripeHeaders(body, SECRET, now()),
    body,
  })
  expect(response.status).toBe(202)
}

// Three hubs start one after the other, which takes long where the machine is busy.
describe('a hub that starts again', { timeout: 120_000 }, () => {
  it('sends what waited for a person before what arrived for the same person afterwards', async () => {
    receiver.answer((_request, response) => response.writeHead(503).end())
    const before = await start('all')
    const path = await wireSales(before)
    await post(before, path, 1)
    await before.settled()
    await before.close()

    // Takes requests in and works on nothing: what it leaves is found by the next start beside the waiting delivery.
    const taking = await start('api')
    for (let number = 2; number <= 6; number++) await post(taking, path, number)
    await taking.close()

    receiver.received.length = 0
    receiver.answer((_request, response) => response.writeHead(200).end('{}'))
    clock += 60_000
    const after = await start('all')
    await after.settled()
    await after.close()
    expect(receiver.received.map(({ body }) => /cs_\d+/.exec(body)?.[0])).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => `cs_${number}`),
    )
  })
})
