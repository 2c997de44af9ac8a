import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { allPartitions, partitionOf } from '../platform/partition.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'

/** Processes hand work over every few seconds, and a busy machine takes longer. */
const WAIT_MS = 60_000
vi.setConfig({ testTimeout: 4 * WAIT_MS })

let dir: string
let store: EmbeddedStore
let receiver: Receiver
let hub: TestHub

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir, port: 0 })
  receiver = await startReceiver()
  hub = await startHub('api')
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

function startHub(role: 'api' | 'worker'): Promise<TestHub> {
  return startTestHub({
    MONGO_URL: store.url,
    SWITCHYARD_ALLOW_NETWORKS: receiver.network,
    SWITCHYARD_ROLE: role,
  })
}

/** Does the work of a test. */
async function startWorker(): Promise<TestHub> {
  const worker = await startHub('worker')
  onTestFinished(() => worker.close())
  return worker
}

/** A form without a signature, of which one field goes out as a webhook. */
async function wireForm(name: string): Promise<WiredConnection> {
  const wire = wireUp(hub.deps, (await hub.deps.workspaces.all())[0]!.id)
  const source = await wire.connection('webhook', { incomingCheck: 'none' })
  const target = await wire.connection('webhook', {})
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed(receiver.url),
    type: fixed('letter'),
    [`data.${name}`]: field(`event.raw.${name}`),
  })
  await wire.flow({
    trigger: { connectionId: source.id, events: ['form.submitted'] },
    entry: 'every_event',
    steps: [step(hub.deps, target.id, 'sendWebhook', mappingId)],
  })
  receiver.received.length = 0
  return source
}

async function post(source: WiredConnection, form: unknown): Promise<void> {
  const response = await fetch(`${hub.url}${source.hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(form),
  })
  expect(response.status).toBe(202)
}

/** What has arrived, once it is so many. */
async function arrived(count: number): Promise<Record<string, string>[]> {
  await expect.poll(() => receiver.received.length, { timeout: WAIT_MS }).toBe(count)
  return receiver.received.map(({ body }) => JSON.parse(body).data)
}

it('goes on with all that the vendor said, although it is too large to wait in memory', async () => {
  const source = await wireForm('letter')
  await startWorker()
  // The events of one request share its size: these are kept whole, and the one after them is not.
  const letters = [['a'.repeat(12_000), 'b'.repeat(12_001)], ['c'.repeat(20_000)]]
  for (const items of letters) {
    await post(
      source,
      items.map((letter) => ({ letter, email: `${letter[0]}@example.org` })),
    )
  }
  const lengths = (await arrived(3)).map(({ letter }) => letter?.length)
  expect(new Set(lengths)).toEqual(new Set([12_000, 12_001, 20_000]))
})

it('keeps an event’s place while it waits, also where its receipt is worked through once more', async () => {
  const source = await wireForm('nth')
  const db = hub.deps.database.connection
  // Another process owns what comes after intake, and does nothing about it.
  const leases = db.collection<{ _id: number; owner: string; until: Date; token: number }>('leases')
  const others = allPartitions.filter((partition) => partition !== partitionOf(source.id))
  await leases.deleteMany({})
  await leases.insertMany(others.map((_id) => ({ _id, owner: 'prc_other', until: new Date(8e12), token: 1 })))
  const worker = await startWorker()

  for (const nth of ['first', 'second']) await post(source, { email: 'in-order@example.org', nth })
  const receipts = db.collection<{ _id: string; state: string; open?: true; number: number }>('receipts')
  const done = () => receipts.countDocuments({ connectionId: source.id, state: 'done' })
  await expect.poll(done, { timeout: WAIT_MS }).toBe(2)

  // The mark of the first one was lost.
  const [first] = await receipts.find({ connectionId: source.id }).sort({ number: 1 }).toArray()
  await receipts.updateOne({ _id: first!._id }, { $set: { state: 'stored', open: true } })
  await worker.pipeline.sweep()
  await expect.poll(done, { timeout: WAIT_MS }).toBe(2)

  await leases.updateMany({ owner: 'prc_other' }, { $set: { owner: '', until: new Date(0) } })
  expect(await arrived(2)).toEqual([{ nth: 'first' }, { nth: 'second' }])
})

it('asks for an event again until all that it brings about is stored', async () => {
  const source = await wireForm('nth')
  const worker = await startWorker()
  const { writes } = worker.deps.database
  const { insertNew } = writes
  let refused = 0
  writes.insertNew = (collection, docs, urgency) => {
    if (collection.collectionName !== 'deliveries' || docs.length === 0) {
      return insertNew(collection, docs, urgency)
    }
    refused++
    return Promise.reject(new Error('The database is away.'))
  }
  const events = hub.deps.database.connection.collection('events')
  const waiting = () => events.countDocuments({ connectionId: source.id, open: true })

  await post(source, { email: 'not-lost@example.org', nth: 'only' })
  await expect.poll(() => refused, { timeout: WAIT_MS }).toBeGreaterThan(1)
  expect(await waiting()).toBe(1)

  writes.insertNew = insertNew
  expect(await arrived(1)).toEqual([{ nth: 'only' }])
  await expect.poll(waiting).toBe(0)
})
