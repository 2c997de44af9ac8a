import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { partitionOf } from '../platform/partition.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../testing/wire.ts'

let dir: string
let store: EmbeddedStore
let receiver: Receiver
let hub: TestHub

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir, port: 0 })
  receiver = await startReceiver()
  hub = await startHub('all')
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

function startHub(role: 'all' | 'api' | 'worker'): Promise<TestHub> {
  return startTestHub({
    MONGO_URL: store.url,
    SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    SWITCHYARD_ROLE: role,
  })
}

it('goes on with all that the vendor said, although it is too large to wait in memory', async () => {
  const wire = wireUp(hub.deps, (await hub.deps.workspaces.all())[0]!.id)
  const source = await wire.connection('webhook', { incomingCheck: 'none' })
  const target = await wire.connection('webhook', {})
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed(receiver.url),
    type: fixed('letter'),
    'data.letter': field('event.raw.letter'),
  })
  await wire.flow({
    trigger: { connectionId: source.id, events: ['form.submitted'] },
    entry: 'every_event',
    steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
  })
  // The events of one request share its size: these are kept whole, and the one after them is not.
  const letters = [['a'.repeat(12_000), 'b'.repeat(12_001)], ['c'.repeat(20_000)]]
  for (const items of letters) {
    const response = await fetch(`${hub.url}${source.hookPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(items.map((letter) => ({ letter, email: `${letter[0]}@example.org` }))),
    })
    expect(response.status).toBe(202)
  }
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(3)
  const lengths = receiver.received.map(({ body }) => JSON.parse(body).data.letter.length)
  expect(new Set(lengths)).toEqual(new Set([12_000, 12_001, 20_000]))
})

it(
  'an event that waits keeps its place where its receipt is worked through once more',
  { timeout: 120_000 },
  async () => {
    const wire = wireUp(hub.deps, (await hub.deps.workspaces.all())[0]!.id)
    const source = await wire.connection('webhook', { incomingCheck: 'none' })
    const target = await wire.connection('webhook', {})
    const mappingId = await wire.mapping('webhook', 'sendWebhook', {
      url: fixed(receiver.url),
      type: fixed('letter'),
      'data.nth': field('event.raw.nth'),
    })
    await wire.flow({
      trigger: { connectionId: source.id, events: ['form.submitted'] },
      entry: 'every_event',
      steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
    })
    receiver.received.length = 0
    await hub.close()
    hub = await startHub('api')
    const db = hub.deps.database.connection
    // Another process owns what comes after intake, and does nothing about it.
    const leases = db.collection<{ _id: number; owner: string; until: Date }>('leases')
    const others = { _id: { $ne: partitionOf(source.id) } }
    await leases.updateMany(others, { $set: { owner: 'prc_other', until: new Date(8e12) } })
    const worker = await startHub('worker')
    onTestFinished(() => worker.close())

    for (const nth of ['first', 'second']) {
      const body = JSON.stringify({ email: 'in-order@example.org', nth })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${hub.url}${source.hookPath}`, { method: 'POST', headers, body })
      expect(response.status).toBe(202)
    }
    const receipts = db.collection<{ _id: string; state: string; open?: true; number: number }>('receipts')
    const done = () => receipts.countDocuments({ connectionId: source.id, state: 'done' })
    await expect.poll(done, { timeout: 60_000 }).toBe(2)

    // The mark of the first one was lost.
    const [first] = await receipts.find({ connectionId: source.id }).sort({ number: 1 }).toArray()
    await receipts.updateOne({ _id: first!._id }, { $set: { state: 'stored', open: true } })
    await worker.pipeline.sweep()
    await expect.poll(done, { timeout: 60_000 }).toBe(2)

    await leases.updateMany(others, { $set: { owner: '', until: new Date(0) } })
    await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(2)
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.nth)).toEqual(['first', 'second'])
  },
)
