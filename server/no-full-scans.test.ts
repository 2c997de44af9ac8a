import { rmSync } from 'node:fs'
import type { CommandStartedEvent, Document } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startEmbeddedStore } from './embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from './embedded-store/start-embedded-store.ts'
import { createRetention } from './apply-retention.ts'
import { deliveryStates } from './deliveries/delivery-state.ts'
import { deliveryCollection } from './deliveries/delivery-store.ts'
import { reconcile } from './pipeline/reconcile.ts'
import { pruneRefused } from './receipts/prune-refused.ts'
import { receiptStates } from './receipts/receipt-state.ts'
import { receiptCollection } from './receipts/receipt-store.ts'
import { makeDataDir } from './testing/make-data-dir.ts'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'
import { startTestHub } from './testing/start-test-hub.ts'
import type { TestHub } from './testing/start-test-hub.ts'
import { stripeHeaders, stripeSale, wireSales } from './testing/wire.ts'

const SECRET = 'whsec_stripe_test'
const SALES = 500
/** What grows with every webhook and is kept for months. */
const growing = ['receipts', 'events', 'contacts', 'contact_changes', 'runs', 'deliveries', 'exchanges']
/** More than a page of a list, what stands beside it and a look into each partition; far less than there is. */
const EXAMINED_MAX = 250

let dir: string
let store: EmbeddedStore
let hub: TestHub
let receiver: Receiver
let workspaceId: string
let shopId: string
let flowId: string
const asked: { name: string; command: Document }[] = []

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir, port: 0 })
  receiver = await startReceiver()
  const url = new URL(store.url)
  url.searchParams.set('monitorCommands', 'true')
  hub = await startTestHub({ MONGO_URL: url.href, SWITCHYARD_ALLOW_NETWORKS: receiver.network })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
  const to = `${receiver.url}/in`
  const { shop } = await wireSales(hub.deps, workspaceId, { secret: SECRET, to })
  shopId = shop.id
  flowId = (await hub.deps.flows.ofWorkspace(workspaceId))[0]!.id
  await Promise.all(
    Array.from({ length: SALES }, async (_, sale) => {
      const body = stripeSale(sale)
      const headers = stripeHeaders(body, SECRET, hub.deps.now())
      const response = await fetch(hub.url + shop.hookPath, { method: 'POST', headers, body })
      if (response.status !== 202) throw new Error(await response.text())
      await response.arrayBuffer()
    }),
  )
  await hub.settled()
  hub.deps.database.connection.getClient().on('commandStarted', (event: CommandStartedEvent) => {
    const name = event.commandName
    const { lsid: _l, $clusterTime: _t, $db: _d, readConcern: _c, ...command } = event.command
    if (growing.includes(command[name])) asked.push({ name, command })
  })
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
  await store.stop()
  rmSync(dir, { recursive: true })
})

/** Does something, and returns the questions for which too much was looked at. */
async function greedy(act: () => Promise<unknown>): Promise<string[]> {
  asked.length = 0
  await act()
  const questions = asked.splice(0).filter(({ name }) => name !== 'insert')
  expect(questions.length).toBeGreaterThan(0)
  const db = hub.deps.database.connection.db!
  const found = await Promise.all(
    questions.map(async ({ name, command }) => {
      const { writeConcern: _w, txnNumber: _n, stmtId: _s, ...explained } = command
      const plan = await db.command({ explain: explained, verbosity: 'executionStats' })
      const stats = plan['stages']?.[0]?.$cursor ?? plan
      const examined: number = stats.executionStats.totalDocsExamined
      const isScan = JSON.stringify(stats.queryPlanner.winningPlan).includes('COLLSCAN')
      return isScan || examined > EXAMINED_MAX
        ? [
            `${name} ${JSON.stringify(command)}: ${examined} ${JSON.stringify(stats.queryPlanner.winningPlan)}`,
          ]
        : []
    }),
  )
  return found.flat()
}

it.each<[string, () => Promise<unknown>]>([
  ['waking what is due', () => hub.pipeline.wakeDue()],
  ['looking for what slipped by', () => hub.pipeline.sweep()],
  [
    'proving that everything gets on',
    () => {
      const db = hub.deps.database.connection
      const [receipts, deliveries] = [receiptCollection(db), deliveryCollection(db)]
      return reconcile({ ...hub.deps, receipts, deliveries })
    },
  ],
  ['removing what is old', createRetentionOnce],
  ['counting for the metrics', readMetrics],
  [
    'the list of events',
    () =>
      hub.graphql(
        '{ events(first: 50) { nextCursor items { id deliveryStates connection { name } contact { email } } } }',
      ),
  ],
  ['the events that a flow ran for', () => eventsOf({ flowId })],
  ['the events that need somebody', () => eventsOf({ outcome: 'needs_you' })],
  ['the events that wait at a flow', () => eventsOf({ outcome: 'waits', flowId })],
  [
    'the list of what was sent on',
    () =>
      hub.graphql('{ deliveries(first: 50) { nextCursor items { id event { name } contact { email } } } }'),
  ],
  [
    'what was refused there',
    () =>
      hub.graphql('{ deliveries(first: 50, filter: { states: [refused, failed] }) { count items { id } } }'),
  ],
  [
    'the list of what was not taken in',
    () =>
      hub.graphql(
        '{ receipts(first: 50, filter: { states: [refused, not_understood] }) { count items { id } } }',
      ),
  ],
  [
    'what waits and what is under way',
    () =>
      hub.graphql(
        '{ deliveries(first: 50, filter: { states: [queued, sending, retrying, parked] }) { count items { id } } }',
      ),
  ],
  ['what needs somebody', () => hub.graphql('{ problems { items { id } } }')],
  [
    'the last requests of a connection',
    () => hub.graphql('{ connections { items { lastReceipts { id } } } }'),
  ],
  [
    'what a connection did not take in',
    () =>
      hub.graphql(
        `query ($id: ID) {
          receipts(first: 50, filter: { connectionId: $id, states: [stored, refused, not_understood, duplicate] }) {
            count items { id }
          }
        }`,
        { id: shopId },
      ),
  ],
  ['keeping few of what was refused', () => pruneRefused(hub.deps.database.connection, shopId)],
  ['what is taken from a connection that goes', ofConnection],
  ['counting by state', countByState],
  ['the list of contacts', () => hub.graphql('{ contacts(first: 50) { nextCursor items { id email } } }')],
  ['one contact', oneContact],
  ['what a pause kept out', ofPause],
])('looks at no more than it needs: %s', async (_what, act) => {
  expect(await greedy(act)).toEqual([])
})

function createRetentionOnce(): Promise<void> {
  return createRetention(hub.deps)()
}

async function readMetrics(): Promise<void> {
  const headers = { authorization: 'Bearer swy_test-metrics-token' }
  const response = await fetch(`${hub.url}/metrics`, { headers })
  expect(await response.text()).toContain('switchyard_open_receipts 0')
}

async function ofConnection(): Promise<void> {
  const { deliveries } = hub.deps.storesOf(workspaceId)
  await deliveries.countOpen([shopId], 10_000)
  await deliveries.unpark(shopId, hub.deps.now(), 1_000)
  await deliveries.unfinished(shopId, 100)
}

async function ofPause(): Promise<void> {
  const { events } = hub.deps.storesOf(workspaceId)
  const pause = { flowId: 'flw_1', since: new Date(0) }
  expect(await events.countKeptOut(pause, hub.deps.now(), 10_000)).toBe(0)
  const after = { at: new Date(0), id: 'evt_1' }
  expect(await events.keptOut(pause, hub.deps.now(), after, 200)).toEqual([])
}

function eventsOf(filter: object): Promise<unknown> {
  return hub.graphql(
    `query ($filter: EventFilter, $flow: ID) {
      events(first: 50, filter: $filter) { nextCursor items { id deliveryStates(flowId: $flow) } }
    }`,
    { filter, flow: flowId },
  )
}

async function countByState(): Promise<void> {
  const { receipts, deliveries } = hub.deps.storesOf(workspaceId)
  const since = new Date(0)
  for (const state of receiptStates.filter((each) => each !== 'done')) {
    expect(await receipts.countAt([shopId], state, since, 10_000)).toBe(0)
  }
  for (const state of deliveryStates.filter((each) => each !== 'delivered')) {
    expect(await deliveries.count({ states: [state], from: since }, 10_000)).toBe(0)
  }
}

async function oneContact(): Promise<void> {
  const { contacts } = await hub.graphql<{ contacts: { items: { id: string }[] } }>(
    '{ contacts(first: 1) { items { id } } }',
  )
  await hub.graphql(
    `query ($id: ID!) {
      contact(id: $id) { events(first: 20) { items { id deliveries { items { id } } } } }
    }`,
    { id: contacts.items[0]!.id },
  )
}
