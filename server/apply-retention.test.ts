import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRetention } from './apply-retention.ts'
import { deliveryCollection } from './deliveries/delivery-store.ts'
import { eventCollection } from './events/event-store.ts'
import { exchangeCollection } from './deliveries/exchange-store.ts'
import { receiptCollection } from './receipts/receipt-store.ts'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { stripeHeaders, stripeSale, wireSales } from './testing/wire.ts'

const SECRET = 'whsec_stripe_test'
const DAY_MS = 86_400_000

let hub: TestHub
let receiver: Receiver
let shop: string
let days = 0
let sales = 0
let retain: () => Promise<void>

beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startTestHub(
    { SWITCHYARD_ALLOW_NETWORKS: receiver.network },
    { now: () => new Date(Date.now() + days * DAY_MS) },
  )
  retain = createRetention(hub.deps)
  const [workspace] = await hub.deps.workspaces.all()
  const to = `${receiver.url}/in`
  const wired = await wireSales(hub.deps, workspace!.id, { secret: SECRET, to })
  shop = hub.url + wired.shop.hookPath
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
})

async function sell(secret = SECRET): Promise<void> {
  const body = stripeSale(++sales)
  const headers = stripeHeaders(body, secret, hub.deps.now())
  const response = await fetch(shop, { method: 'POST', headers, body })
  await response.arrayBuffer()
  await hub.settled()
}

/** What is left of everything after so many days. */
async function leftAfter(day: number) {
  days = day
  await retain()
  const db = hub.deps.database.connection
  const receipts = receiptCollection(db)
  // Captures are written a moment after their delivery.
  return {
    receipts: await receipts.countDocuments({ state: 'done' }),
    bodies: await receipts.countDocuments({ state: 'done', body: { $exists: true } }),
    refused: await receipts.countDocuments({ state: 'refused' }),
    exchanges: await exchangeCollection(db).countDocuments(),
    deliveries: await deliveryCollection(db).countDocuments(),
    events: await eventCollection(db).countDocuments(),
  }
}

it('keeps refused requests 7 days, bodies and captures 30, receipts 90, deliveries 400, and events for good', async () => {
  await sell()
  await sell('whsec_of_somebody_else')
  const exchanges = exchangeCollection(hub.deps.database.connection)
  await expect.poll(() => exchanges.countDocuments()).toBe(1)
  const all = { receipts: 1, bodies: 1, refused: 1, exchanges: 1, deliveries: 1, events: 1 }

  expect(await leftAfter(6)).toEqual(all)
  expect(await leftAfter(8)).toEqual({ ...all, refused: 0 })
  expect(await leftAfter(29)).toEqual({ ...all, refused: 0 })
  const bare = { ...all, refused: 0, bodies: 0, exchanges: 0 }
  expect(await leftAfter(31)).toEqual(bare)
  expect(await leftAfter(91)).toEqual({ ...bare, receipts: 0 })
  expect(await leftAfter(399)).toEqual({ ...bare, receipts: 0 })
  expect(await leftAfter(401)).toEqual({ ...bare, receipts: 0, deliveries: 0 })
})

it('removes nothing that is unfinished, however old it is, and its body as soon as it is done', async () => {
  days = 1_000
  await sell()
  const receipts = receiptCollection(hub.deps.database.connection)
  const deliveries = deliveryCollection(hub.deps.database.connection)
  await receipts.updateOne({ state: 'done' }, { $set: { open: true, state: 'stored' } })
  await deliveries.updateOne({ state: 'delivered' }, { $set: { state: 'parked', open: true } })

  days = 1_031
  await retain()
  expect(await receipts.countDocuments({ body: { $exists: true } })).toBe(1)
  days = 1_401
  await retain()
  expect(await receipts.countDocuments({ body: { $exists: true } })).toBe(1)
  days = 1_031

  await receipts.updateOne({}, { $set: { state: 'done' }, $unset: { open: 1 } })
  await retain()
  expect(await receipts.countDocuments({ body: { $exists: true } })).toBe(0)
  expect(await receipts.countDocuments()).toBe(1)
  days = 2_000
  await retain()
  expect(await receipts.countDocuments()).toBe(0)
  expect(await deliveries.countDocuments()).toBe(1)
})

it('keeps no more than 50 MB of what one connection refused, whatever the process had counted', async () => {
  const { connection } = hub.deps.database
  const receipts = receiptCollection(connection)
  await sell('whsec_of_somebody_else')
  const refused = await receipts.findOne({ state: 'refused' })
  const { _id, ...rest } = refused!
  const large = Array.from({ length: 20 }, (_, at) => ({
    ...rest,
    _id: `${_id}-${at}`,
    bodyBytes: 5_000_000,
  }))
  await receipts.insertMany(large)
  await retain()
  expect(await keptBytes()).toBeLessThanOrEqual(50 * 1024 * 1024)
  expect(await keptBytes()).toBeGreaterThan(40 * 1024 * 1024)

  async function keptBytes(): Promise<number> {
    const kept = await receipts.find({ state: 'refused' }).toArray()
    return kept.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
  }
})
