import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planConnection } from '../connections/plan-connection.ts'
import { knownThingCollection } from '../pipeline/known-things.ts'
import { pruneKnownThings } from '../pipeline/prune-known-things.ts'
import { createCrowd } from '../ingest/crowd.ts'
import { createReceiptWriter } from '../ingest/store-receipt.ts'
import { createNumbers } from '../platform/numbers.ts'
import { receiptCollection } from '../receipts/receipt-store.ts'
import { createPoller } from './poller.ts'
import { setPoll } from './set-poll.ts'
import { startPostOffice, withPostOffice } from '../testing/post-office.ts'
import type { PostOffice } from '../testing/post-office.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'

const MINUTE = 60_000

let office: PostOffice
let hub: TestHub
let workspaceId: string
let post: WiredConnection
let clock = Date.parse('2026-11-20T09:00:00Z')
const now = () => new Date(clock)

beforeAll(async () => {
  office = await startPostOffice()
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: office.network }, { now, connectors: withPostOffice })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})

afterAll(async () => {
  await hub.close()
  await office.close()
})

beforeEach(async () => {
  Object.assign(office, { parcels: [], people: [], asked: [], answer: undefined })
  post = await connect()
})

afterEach(() => stores().polls.removeOfConnection(post.id))

async function connect(
  credentials: Record<string, unknown> = {},
  over: { limits?: { requests: number; perMs: number } } = {},
  plannedAt: () => Date = now,
): Promise<WiredConnection> {
  const connection = await wireUp(hub.deps, workspaceId).connection(
    'post-office',
    { apiKey: 'right', signingSecret: 's3cret', ...credentials },
    { apiUrl: office.url, ...over },
  )
  await planConnection({ ...hub.deps, now: plannedAt }, { id: connection.id, connectorId: 'post-office' })
  return connection
}

/** Lets time pass, makes what is due then, and works everything through. */
async function after(ms: number): Promise<void> {
  clock += ms
  await hub.poller.idle()
  await hub.poller.round()
  await hub.poller.idle()
  await hub.settled()
}

function parcel(number: number, depot?: string) {
  const at = now().toISOString()
  return { number, email: `p${number}@example.com`, at, ...(depot ? { depot } : {}) }
}

const stores = () => hub.deps.storesOf(workspaceId)
const receipts = () => stores().receipts.page({ connectionId: post.id }, undefined, 100)
const pollNamed = async (name: string) =>
  (await stores().polls.ofConnection(post.id)).find(({ poll }) => poll === name)!
const askedFor = (what: string) => office.asked.filter((path) => path.startsWith(`GET /${what}`))

async function orders(): Promise<string[]> {
  const events = await stores().events.page({ connectionId: post.id, name: 'order.created' }, undefined, 100)
  return events.map(({ draft }) => String(draft.properties?.['order_id'])).toSorted()
}

/** Who was changed in which fields, oldest first. */
async function updates(): Promise<unknown[]> {
  const events = await stores().events.page(
    { connectionId: post.id, name: 'contact.updated' },
    undefined,
    100,
  )
  return events
    .toReversed()
    .map(({ draft }) => [
      draft.contact?.external_id,
      (draft.properties!['changes'] as { field: string }[]).map(({ field }) => field),
    ])
}

async function hook(body: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${hub.url}${post.hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-post-secret': 's3cret' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(202)
  await hub.settled()
}

describe('a poll', () => {
  it('brings everything new, page after page, and each fact once although it looks back', async () => {
    office.parcels.push(...[1, 2, 3, 4, 5].map((number) => parcel(number)))
    await after(0)
    expect(await orders()).toEqual(['1', '2', '3', '4', '5'])
    office.parcels.push(parcel(6))
    await after(6 * MINUTE)
    expect(await orders()).toEqual(['1', '2', '3', '4', '5', '6'])
  })

  it('stores nothing while there is nothing new', async () => {
    office.parcels.push(parcel(1), parcel(2))
    await after(0)
    const before = (await receipts()).length
    for (let round = 0; round < 5; round++) await after(6 * MINUTE)
    expect(askedFor('parcels').length).toBeGreaterThan(5)
    expect(await receipts()).toHaveLength(before)
  })

  it('keeps to its pace, and is made at once when somebody asks', async () => {
    await after(0)
    const made = askedFor('parcels').length
    await after(4 * MINUTE)
    expect(askedFor('parcels')).toHaveLength(made)
    await stores().polls.makeDue((await pollNamed('parcels')).id, now())
    await after(0)
    expect(askedFor('parcels')).toHaveLength(made + 1)
  })

  it('keeps the pace that it is given while it is being made', async () => {
    const { id } = await pollNamed('people')
    office.answer = (request, response) => {
      if (!request.url?.startsWith('/people')) return false
      office.answer = undefined
      clock += 1
      const answered = () => response.writeHead(200, { 'content-type': 'application/json' }).end('[]')
      setPoll({ polls: stores().polls, now }, id, { everyMinutes: 1 }).then(answered, answered)
      return true
    }
    await after(0)
    office.asked = []
    for (let minute = 0; minute < 3; minute++) await after(MINUTE + 10_000)
    expect(askedFor('people')).toHaveLength(3)
  })

  it('asks no faster than the connection may, pages and polls taken together, and loses nothing', async () => {
    await stores().polls.removeOfConnection(post.id)
    const depots = ['east', 'west']
    post = await connect({ depots }, { limits: { requests: 1, perMs: MINUTE } })
    office.parcels.push(
      ...[1, 2, 3].map((number) => parcel(number, 'east')),
      parcel(4, 'west'),
      parcel(5, 'west'),
    )
    const mine = () => office.asked.filter((path) => depots.some((depot) => path.includes(`depot=${depot}`)))
    for (let minute = 1; minute <= 12; minute++) {
      await after(minute === 1 ? 0 : MINUTE)
      expect(mine().length).toBeLessThanOrEqual(minute)
    }
    expect(await orders()).toEqual(['1', '2', '3', '4', '5'])
  })

  it('shows with its receipt that the hub asked', async () => {
    office.parcels.push(parcel(1))
    await after(0)
    expect(await receipts()).toMatchObject([
      { method: 'POLL', state: 'done', poll: { name: 'parcels', cursor: '1' } },
    ])
  })

  it('asks about each subject with a cursor of its own, and begins anew with one that comes back', async () => {
    await stores().polls.removeOfConnection(post.id)
    post = await connect({ depots: ['north', 'south'] })
    office.parcels.push(parcel(1, 'north'), parcel(9, 'south'))
    await after(0)
    office.parcels.push(parcel(2, 'north'), parcel(10, 'south'))
    await after(6 * MINUTE)
    expect(await orders()).toEqual(['1', '10', '2', '9'])
    expect(askedFor('parcels?after=0&depot=north')).toHaveLength(1)
    expect(askedFor('parcels?after=8&depot=south')).toHaveLength(1)
  })
})

describe('a poll that is broken off', () => {
  it.each(['before', 'after'])('%s its page is stored goes on behind what is stored', async (when) => {
    // Not due for the hub itself, so that it does not come first.
    const later = () => new Date(clock + MINUTE)
    await stores().polls.removeOfConnection(post.id)
    post = await connect({}, {}, later)
    const { database } = hub.deps
    const receipts = createReceiptWriter({
      receipts: receiptCollection(database.connection),
      writes: database.writes,
      numbers: createNumbers(database.connection, 'receipts', database.exclusive),
      metrics: hub.deps.metrics,
      crowd: createCrowd(),
      onStored: (docs) => hub.pipeline.offer(docs),
      now,
    })
    const broken = createPoller({
      ...hub.deps,
      now: later,
      bringsNews: async () => true,
      receipts: {
        async store(doc) {
          if (when === 'after') await receipts.store(doc)
          throw new Error('The power is gone.')
        },
      },
    })
    office.parcels.push(parcel(1), parcel(2))
    await broken.round()
    await broken.idle()
    office.asked = []
    office.parcels.push(parcel(3))
    await after(6 * MINUTE)
    expect(await orders()).toEqual(['1', '2', '3'])
    expect(askedFor('parcels')[0]).toContain(when === 'after' ? 'after=1&' : 'after=-1&')
  })
})

describe('a vendor in trouble', () => {
  it('is left alone as long as it asks for, and nothing is lost', async () => {
    office.answer = (_request, response) => {
      response.writeHead(429, { 'retry-after': '900' }).end('{}')
      return true
    }
    office.parcels.push(parcel(1))
    await after(0)
    expect(await pollNamed('parcels')).toMatchObject({
      failures: 1,
      reason: { code: 'http_status', data: { status: 429 } },
    })
    office.answer = undefined
    office.asked = []
    await after(14 * MINUTE)
    await hook({ kind: 'changed' })
    await after(2_000)
    expect(askedFor('parcels')).toHaveLength(0)
    await after(2 * MINUTE)
    expect(await orders()).toEqual(['1'])
    expect(await pollNamed('parcels')).toMatchObject({ failures: 0 })
    expect((await pollNamed('parcels')).reason).toBeUndefined()
  })

  it('is asked less and less often', async () => {
    office.answer = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    const pauses: number[] = []
    for (let failure = 0; failure < 12; failure++) {
      await after(0)
      const { dueAt } = await pollNamed('parcels')
      pauses.push(Math.round((dueAt!.getTime() - clock) / MINUTE))
      await after(dueAt!.getTime() - clock)
    }
    expect(pauses[0]).toBeLessThanOrEqual(1)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(54)
    expect(pauses.at(-1)).toBeLessThanOrEqual(66)
  })
})

describe('what a webhook and a poll both tell', () => {
  it('counts once where the vendor gives it one name', async () => {
    // The poll finds it only afterwards: one under way at the same moment would rightly keep what it got.
    await hook({ kind: 'parcel', ...parcel(1) })
    office.parcels.push(parcel(1))
    await after(0)
    expect(await orders()).toEqual(['1'])
    expect(await receipts()).toHaveLength(1)
  })

  it('changes a contact once where the vendor gives it none', async () => {
    const ada = { id: 'ada', email: 'ada@example.com', city: 'London' }
    await hook({ kind: 'person', ...ada })
    office.people.push(ada)
    await after(0)
    expect(await updates()).toEqual([['ada', []]])
    expect(await receipts()).toHaveLength(1)
  })

  it('changes a contact once too where the poll was faster', async () => {
    const bo = { id: 'bo', email: 'bo@example.com', city: 'Bern' }
    office.people.push(bo)
    await after(0)
    await hook({ kind: 'person', ...bo })
    expect(await updates()).toEqual([['bo', []]])
    expect((await receipts()).map(({ method, state }) => `${method} ${state}`).toSorted()).toEqual([
      'POLL done',
      'POST duplicate',
    ])
    // Said again, it is a fact of its own: somebody did something.
    await hook({ kind: 'person', ...bo })
    expect(await updates()).toHaveLength(2)
  })

  it('is told apart when something comes back to what it was', async () => {
    office.people.push({ id: 'cy', email: 'cy@example.com', city: 'Rome' })
    await after(0)
    for (const city of ['Oslo', 'Rome']) {
      office.people[0]!.city = city
      await after(6 * MINUTE)
    }
    expect(await updates()).toEqual([
      ['cy', []],
      ['cy', ['city']],
      ['cy', ['city']],
    ])
  })

  it('means the same when its receipt is replayed, whatever is known today', async () => {
    office.people.push({ id: 'di', email: 'di@example.com', city: 'Rome' })
    await after(0)
    const [first] = await receipts()
    office.people[0]!.city = 'Oslo'
    await after(6 * MINUTE)
    const before = await updates()
    await hub.graphql(`mutation { replayReceipt(id: "${first!.id}") { __typename } }`)
    await hub.settled()
    expect(await updates()).toEqual(before)
    await after(6 * MINUTE)
    expect(await updates()).toEqual(before)
  })
})

describe('what is remembered of a vendor’s things', () => {
  it('is bounded, forgets those not heard of for longest, and goes with the connection', async () => {
    for (const id of ['e1', 'e2', 'e3']) {
      office.people = [{ id, email: `${id}@example.com` }]
      await after(6 * MINUTE)
    }
    await pruneKnownThings(hub.deps, 2)
    office.people = ['e1', 'e2', 'e3'].map((id) => ({ id, email: `${id}@example.com` }))
    await after(6 * MINUTE)
    expect((await updates()).map((update) => (update as string[])[0])).toEqual(['e1', 'e2', 'e3', 'e1'])

    await hub.graphql(`mutation { deleteConnection(id: "${post.id}") { __typename } }`)
    await pruneKnownThings(hub.deps)
    expect(
      await knownThingCollection(hub.deps.database.connection).countDocuments({ connectionId: post.id }),
    ).toBe(0)
  })
})

describe('a vendor that only says that something changed', () => {
  it('is asked at once, and once for a burst', async () => {
    await after(0)
    office.parcels.push(parcel(1))
    const made = askedFor('parcels').length
    await hook({ kind: 'changed' })
    await hook({ kind: 'changed' })
    await after(1_000)
    expect(await orders()).toEqual(['1'])
    expect(askedFor('parcels')).toHaveLength(made + 1)
  })
})

describe('a connection that is paused', () => {
  it('is not polled, and goes on where it was when it is resumed', async () => {
    office.parcels.push(parcel(1))
    await after(0)
    await hub.graphql(`mutation { pauseConnection(id: "${post.id}") { __typename } }`)
    office.parcels.push(parcel(2), parcel(3))
    const made = askedFor('parcels').length
    for (let hour = 0; hour < 3; hour++) await after(60 * MINUTE)
    expect(askedFor('parcels')).toHaveLength(made)
    const { connection } = await hub.graphql<{ connection: { polls: { state: string }[] } }>(
      `{ connection(id: "${post.id}") { polls { state nextPollAt } } }`,
    )
    expect(connection.polls).toEqual([
      { state: 'held', nextPollAt: null },
      { state: 'held', nextPollAt: null },
    ])
    await hub.graphql(`mutation { resumeConnection(id: "${post.id}") { __typename } }`)
    await after(0)
    expect(await orders()).toEqual(['1', '2', '3'])
  })
})
