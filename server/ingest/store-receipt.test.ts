import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createNumbers } from '../platform/numbers.ts'
import { receiptCollection } from '../receipts/receipt-store.ts'
import type { ReceiptDoc } from '../receipts/receipt-store.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'
import { createReceiptWriter } from './store-receipt.ts'

const SENDERS = 40
const FLOOD = 1_200

let hub: TestHub
let workspaceId: string
let connection: WiredConnection
const stages: string[] = []

beforeAll(async () => {
  hub = await startTestHub(
    { SWITCHYARD_LOG_LEVEL: 'info' },
    { logTo: { write: (line: string) => stages.push(JSON.parse(line).stage) } },
  )
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
  connection = await wireUp(hub.deps, workspaceId).connection('webhook', {})
})

afterAll(() => hub.close())

it('acknowledges a flood before it works through it, and works through all of it', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS })
  let posted = 0
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (posted < FLOOD) expect(await post(agent, { id: `flood-${posted++}` })).toBe(202)
    }),
  )
  agent.destroy()
  const handledMeanwhile = count('event.handled')
  expect(count('receipt.stored')).toBe(FLOOD)
  expect(handledMeanwhile).toBeLessThan(FLOOD / 2)

  await hub.settled()
  expect(count('event.handled')).toBe(FLOOD)
})

it('calls it a crowd when many wait at once, and only for a moment', async () => {
  const { database, metrics, now } = hub.deps
  const writer = createReceiptWriter({
    receipts: receiptCollection(database.connection),
    writes: database.writes,
    numbers: createNumbers(database.connection, 'receipts', database.exclusive),
    metrics,
    onStored: () => undefined,
    now,
  })
  const storeMany = (howMany: number) =>
    Promise.all(Array.from({ length: howMany }, () => writer.store(refused())))

  const few = storeMany(23)
  expect(writer.isCrowded()).toBe(false)
  await few
  const many = storeMany(24)
  expect(writer.isCrowded()).toBe(true)
  await many
  await expect.poll(() => writer.isCrowded()).toBe(false)
})

function count(stage: string): number {
  return stages.filter((each) => each === stage).length
}

function post(agent: Agent, body: unknown): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const url = `${hub.url}${connection.hookPath}`
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode))
    })
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(body))
  })
}

/** A receipt that nobody works on. */
function refused(): ReceiptDoc {
  return {
    _id: hub.deps.newId('rcp'),
    workspaceId,
    connectionId: connection.id,
    state: 'refused',
    method: 'POST',
    query: '',
    headers: '{}',
    body: Buffer.from('{}'),
    bodyBytes: 2,
    whole: true,
    receivedAt: hub.deps.now(),
    revision: 0,
    partition: 0,
  }
}
