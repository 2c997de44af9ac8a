import { Collection } from 'mongodb'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Delivery } from '../deliveries/delivery.ts'
import { namedId } from '../platform/named-id.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { anyDelivery } from '../testing/stored-delivery.ts'
import { field, fixed, step, stripeHeaders, stripeSale, wireSales, wireUp } from '../testing/wire.ts'

const SECRET = 'whsec_stripe_test'
/** Far below the ten minutes of the limit. */
const SOON = { timeout: 60_000 }
let at = Date.parse('2026-11-20T09:00:00Z')
let receiver: Receiver
let hub: TestHub

beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network }, { now: () => new Date(at) })
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
})

afterEach(() => {
  vi.restoreAllMocks()
})

it(
  'lets what waited for a rate limit go as soon as the clock says so, also after the machine slept',
  { timeout: 200_000 },
  async () => {
    const [workspace] = await hub.deps.workspaces.all()
    const limits = { requests: 1, perMs: 600_000 }
    const to = `${receiver.url}/in`
    const { shop } = await wireSales(hub.deps, workspace!.id, { secret: SECRET, to, limits })
    for (const number of [1, 2]) {
      const body = stripeSale(number)
      const headers = stripeHeaders(body, SECRET, new Date(at))
      await fetch(`${hub.url}${shop.hookPath}`, { method: 'POST', headers, body })
    }
    await expect.poll(() => hub.pipeline.load().paced, SOON).toBe(1)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)

    at += 600_000
    await hub.pipeline.wakeDue()
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
  },
)

it(
  'sends in order what was ready while the database could not say whether the limit allows it',
  { timeout: 200_000 },
  async () => {
    const [workspace] = await hub.deps.workspaces.all()
    const wire = wireUp(hub.deps, workspace!.id)
    const stripe = await wire.connection('stripe', { signingSecret: SECRET })
    const target = await wire.connection('webhook', {}, { limits: { requests: 1_000, perMs: 1_000 } })
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {
      url: fixed(`${receiver.url}/later`),
      type: field('event.name'),
      'data.order': field('event.properties.order_id'),
    })
    await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
    })
    const before = receiver.received.length
    const { findOneAndUpdate } = Collection.prototype
    let refused = 0
    vi.spyOn(Collection.prototype, 'findOneAndUpdate').mockImplementation(function (
      this: Collection,
      ...asked
    ) {
      if (this.collectionName !== 'send_budgets' || refused === 3) return findOneAndUpdate.apply(this, asked)
      refused++
      return Promise.reject(new Error('the database is away'))
    })
    for (const number of [11, 12]) {
      const body = stripeSale(number, { customer: 'cus_same' })
      const headers = stripeHeaders(body, SECRET, new Date(at))
      await fetch(`${hub.url}${stripe.hookPath}`, { method: 'POST', headers, body })
    }
    await expect.poll(() => receiver.received.length, SOON).toBe(before + 2)
    expect(refused).toBe(3)
    const orders = receiver.received.slice(before).map(({ body }) => JSON.parse(body).data.order)
    expect(orders).toEqual(['cs_11', 'cs_12'])
  },
)

it.each([
  ['at several destinations', { limited: 3, waiting: 400, low: false }],
  ['as replays at one', { limited: 1, waiting: 1_200, low: true }],
])(
  'sends what is due elsewhere, however much waits for a rate limit %s',
  { timeout: 200_000 },
  async (_where, { limited, waiting, low }) => {
    const [workspace] = await hub.deps.workspaces.all()
    const wire = wireUp(hub.deps, workspace!.id)
    const limits = { requests: 1, perMs: 600_000 }
    const slow = await Promise.all(
      Array.from({ length: limited }, () => wire.connection('webhook', {}, { limits })),
    )
    const { id: other } = await wire.connection('webhook', {})
    let people = 0
    const due = (connectionId: string, dueAt: Date): Delivery => {
      const contactId = hub.deps.newId('ctc')
      return {
        id: namedId('dlv', contactId),
        workspaceId: workspace!.id,
        ...anyDelivery,
        contactId,
        connectionId,
        input: { url: `${receiver.url}/${connectionId}`, type: 'test', data: {} },
        state: 'queued',
        attempts: [],
        dueAt,
        lane: `${contactId}/${connectionId}`,
        position: ++people,
        ...(low ? { low: true } : {}),
        createdAt: dueAt,
        updatedAt: dueAt,
      }
    }
    const { deliveries } = hub.deps.storesOf(workspace!.id)
    const before = hub.pipeline.load().paced
    for (const { id } of slow) {
      for (let count = 0; count < waiting; count++) await deliveries.add(due(id, new Date(at - 60_000)))
    }
    const takenUp = async () => {
      await hub.pipeline.wakeDue()
      return hub.pipeline.load().paced - before
    }
    await expect.poll(takenUp, SOON).toBeGreaterThan(400)

    await deliveries.add(due(other, new Date(at)))
    await hub.pipeline.wakeDue()
    await hub.pipeline.wakeDue()
    await expect.poll(() => receiver.received.some(({ path }) => path === `/${other}`)).toBe(true)
  },
)
