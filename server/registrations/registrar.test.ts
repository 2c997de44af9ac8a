import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { planConnection, planConnections } from '../connections/plan-connection.ts'
import { credentialsContext, isUsable } from '../connections/connection-directory.ts'
import { createVault } from '../platform/vault.ts'
import { startPostOffice, withPostOffice } from '../testing/post-office.ts'
import type { PostOffice } from '../testing/post-office.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { rotateFarewells } from './rotate-farewells.ts'
import { registrationCollection } from './registration-store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let office: PostOffice
/** Another account at the same vendor, which numbers its webhooks alike. */
let elsewhere: PostOffice
let hub: TestHub
let workspaceId: string
let clock = Date.parse('2026-11-20T09:00:00Z')
const now = () => new Date(clock)

beforeAll(async () => {
  office = await startPostOffice()
  elsewhere = await startPostOffice()
  hub = await startTestHub(
    { SWITCHYARD_ALLOW_NETWORKS: `${office.network},${elsewhere.network}` },
    { now, connectors: withPostOffice },
  )
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
})

afterAll(async () => {
  await hub.close()
  await office.close()
  await elsewhere.close()
})

beforeEach(async () => {
  // What earlier tests left is nobody's affair any more.
  await registrationCollection(hub.deps.database.connection).deleteMany({})
  const { connections } = hub.deps.storesOf(workspaceId)
  for (const { id } of await connections.page(undefined, 100)) await connections.remove(id)
  await hub.deps.config.bump()
  Object.assign(office, { hooks: [], asked: [], answer: undefined, hookUntil: undefined })
})

interface Shown {
  id: string
  hookUrl: string
  registrations: {
    subject: string
    state: string
    expiresAt: string | null
    failures: number
    reason: { code: string; data: unknown } | null
  }[]
}

const shown = `id hookUrl registrations { subject state expiresAt failures reason { code data } }`

async function connect(credentials: Record<string, unknown> = {}, apiUrl = office.url): Promise<Shown> {
  const { createConnection } = await hub.graphql<{ createConnection: Shown }>(
    `mutation ($credentials: JSON!, $apiUrl: String) {
      createConnection(connectorId: "post-office", name: "Post", credentials: $credentials, apiUrl: $apiUrl) {
        ... on Connection { ${shown} }
      }
    }`,
    { credentials: { apiKey: 'right', ...credentials }, apiUrl: apiUrl === '' ? null : apiUrl },
  )
  return createConnection
}

async function look(id: string): Promise<Shown> {
  const { connection } = await hub.graphql<{ connection: Shown }>(`{ connection(id: "${id}") { ${shown} } }`)
  return connection
}

const ask = <T = Record<string, { leftBehind: unknown }>>(mutation: string) =>
  hub.graphql<T>(`mutation { ${mutation} }`)

/** Lets time pass and does what is due then. */
async function after(ms: number): Promise<void> {
  clock += ms
  await hub.registrar.idle()
  await hub.registrar.round()
  await hub.registrar.idle()
}

/** What the vendor was asked to change; it is polled besides. */
const changes = () => office.asked.flatMap((call) => (call.startsWith('GET') ? [] : [call.split(' ')[0]]))

async function post(url: string, secret: string): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-post-secret': secret },
    body: JSON.stringify({ kind: 'parcel', number: 1, email: 'p@example.com', at: now().toISOString() }),
  })
  return response.status
}

describe('a connection whose vendor can be told of its address', () => {
  it('is registered when it is made, with a secret that nobody had to type', async () => {
    const made = await connect()
    expect(made.registrations).toMatchObject([{ state: 'registering' }])
    await after(0)
    expect((await look(made.id)).registrations).toMatchObject([{ state: 'active', reason: null }])
    expect(office.hooks).toMatchObject([{ url: made.hookUrl, isOn: true }])
    const { secret } = office.hooks[0]!
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(await post(made.hookUrl, secret)).toBe(202)
    expect(await post(made.hookUrl, 'guessed')).toBe(401)
  })

  it('accepts what the vendor sends before it has even answered', async () => {
    const { hookUrl } = await connect()
    const statuses: number[] = []
    office.answer = (request, response) => {
      if (request.method !== 'POST') return false
      void (async () => {
        const secret = await secretOf()
        statuses.push(await post(hookUrl, secret))
        response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"early"}')
      })()
      return true
    }
    await after(0)
    expect(statuses).toEqual([202])

    async function secretOf(): Promise<string> {
      const open = await hub.deps.connections.byId((await rows())[0]!.connectionId)
      return isUsable(open) ? String(open.credentials[0]?.['signingSecret']) : ''
    }
  })

  it('is registered once for each subject, and follows them when they change', async () => {
    const { id } = await connect({ depots: ['north', 'south'] })
    await after(0)
    expect(office.hooks.map(({ depot }) => depot).toSorted()).toEqual(['north', 'south'])
    // One secret serves both, since one connection checks them.
    expect(new Set(office.hooks.map(({ secret }) => secret)).size).toBe(1)
    await ask(
      `rotateConnectionSecret(id: "${id}", credentials: { depots: ["south", "west"] }) { __typename }`,
    )
    await after(0)
    expect(office.hooks.map(({ depot }) => depot).toSorted()).toEqual(['south', 'west'])
    expect((await look(id)).registrations.map(({ subject }) => subject)).toEqual(['south', 'west'])
  })

  it('moves with its address, and the former webhook goes when the new one stands', async () => {
    const { id, hookUrl } = await connect()
    await after(0)
    await ask(`rotateHookKey(id: "${id}") { __typename }`)
    office.asked = []
    await after(0)
    const { hookUrl: moved } = await look(id)
    expect(moved).not.toBe(hookUrl)
    expect(office.hooks.map(({ url }) => url)).toEqual([moved])
    expect(changes()).toEqual(['POST', 'DELETE'])
  })

  it('leaves the webhooks of others alone when it moves to another account, and says what it leaves behind', async () => {
    const { id } = await connect()
    await after(0)
    // Vendors number webhooks: what was ours in one account is somebody else's in the other.
    const foreign = { ...office.hooks[0]!, url: 'https://other.example/hook', name: 'of another tool' }
    elsewhere.hooks = [foreign]
    await ask(`updateConnection(id: "${id}", apiUrl: "${elsewhere.url}") { __typename }`)
    await after(0)
    expect(elsewhere.hooks[0]).toEqual(foreign)
    const { hookUrl, registrations } = await look(id)
    expect(elsewhere.hooks.map(({ url }) => url)).toEqual([foreign.url, hookUrl])
    expect(registrations).toMatchObject([{ state: 'active', reason: { code: 'webhook_left_at_vendor' } }])
    await ask(`removeWebhook(id: "${id}") { __typename }`)
    await after(0)
    expect(elsewhere.hooks).toEqual([foreign])
  })

  it('is renewed before the vendor lets it end, the new one first', async () => {
    office.hookUntil = () => new Date(clock + 7 * DAY)
    const { id } = await connect()
    await after(0)
    office.asked = []
    for (let day = 0; day < 5; day++) await after(DAY)
    expect(changes()).toEqual([])
    for (let hour = 0; hour < 47; hour++) await after(HOUR)
    expect(changes()).toEqual(['POST', 'DELETE'])
    const [registration] = (await look(id)).registrations
    expect(registration).toMatchObject({ state: 'active' })
    expect(Date.parse(registration!.expiresAt!)).toBeGreaterThan(clock + 5 * DAY)
  })

  it.each(['switched off', 'gone', 'pointed elsewhere'])(
    'is registered anew within a day when the vendor has it %s',
    async (how) => {
      const { id, hookUrl } = await connect()
      await after(0)
      if (how === 'gone') office.hooks = []
      else
        Object.assign(
          office.hooks[0]!,
          how === 'switched off' ? { isOn: false } : { url: 'https://else.example' },
        )
      await after(27 * HOUR)
      expect(office.hooks).toMatchObject([{ url: hookUrl, isOn: true }])
      expect((await look(id)).registrations).toMatchObject([{ state: 'active' }])
    },
  )

  it('can be taken off and put back by a person', async () => {
    const { id } = await connect()
    await after(0)
    await ask(`removeWebhook(id: "${id}") { __typename }`)
    await after(0)
    expect(office.hooks).toEqual([])
    expect((await look(id)).registrations).toMatchObject([{ state: 'removed' }])
    await planConnections(hub.deps)
    await after(2 * DAY)
    expect(office.hooks).toEqual([])
    await ask(`registerWebhook(id: "${id}") { __typename }`)
    await after(0)
    expect(office.hooks).toHaveLength(1)
  })
})

describe('a registration that fails', () => {
  it('says why without telling the address, and is tried again by itself', async () => {
    const { id, hookUrl } = await connect()
    office.answer = (_request, response) => {
      response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify({ url: hookUrl }))
      return true
    }
    await after(0)
    const [failing] = (await look(id)).registrations
    expect(failing).toMatchObject({ state: 'failing', failures: 1, reason: { code: 'http_status' } })
    expect(JSON.stringify(failing)).not.toContain(hookUrl.slice(-20))
    office.answer = undefined
    await after(2 * MINUTE)
    expect((await look(id)).registrations).toMatchObject([{ state: 'active', failures: 0, reason: null }])
  })

  it('keeps the name of a try whose answer was lost, and takes another after a refusal', async () => {
    await connect()
    const names: string[] = []
    const answers = ['lost', 'refused', 'refused']
    office.answer = (request, response) => {
      if (request.method !== 'POST') return false
      const answer = answers.shift()
      void rows().then(([row]) => {
        names.push(row!.tryId!)
        if (answer === 'lost') response.destroy()
        else response.writeHead(409).end()
      })
      return true
    }
    await after(0)
    await after(3 * MINUTE)
    await after(3 * MINUTE)
    expect(names[0]).toBe(names[1])
    expect(names[2]).not.toBe(names[1])
  })

  it('leaves a webhook that stands alone while the vendor is away for a moment', async () => {
    const { id } = await connect()
    await after(0)
    office.answer = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    await after(27 * HOUR)
    expect((await look(id)).registrations).toMatchObject([{ state: 'active', failures: 1 }])
    for (let round = 0; round < 3; round++) await after(10 * MINUTE)
    expect((await look(id)).registrations).toMatchObject([{ state: 'failing' }])
    office.answer = undefined
    await after(7 * HOUR)
    expect((await look(id)).registrations).toMatchObject([{ state: 'active', failures: 0 }])
    expect(office.hooks).toHaveLength(1)
  })
})

describe('a hub that nobody outside can reach', () => {
  it('says so instead of giving a vendor an address that leads nowhere', async () => {
    const { id } = await connect({}, 'https://api.post-office.dev')
    await after(0)
    expect((await look(id)).registrations).toMatchObject([
      { state: 'none', reason: { code: 'hub_not_reachable', data: { publicUrl: hub.url } } },
    ])
  })
})

describe('a connection that is deleted', () => {
  it('takes its webhook with it', async () => {
    const { id } = await connect()
    await after(0)
    const { deleteConnection } = await ask(
      `deleteConnection(id: "${id}") { ... on Deleted { leftBehind { code } } }`,
    )
    expect(deleteConnection).toEqual({ leftBehind: [] })
    expect(office.hooks).toEqual([])
    expect(await rows()).toEqual([])
  })

  it('has it taken away later where the vendor is away, tells so, and keeps nothing afterwards', async () => {
    const { id } = await connect()
    await after(0)
    office.answer = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    const { deleteConnection } = await ask(
      `deleteConnection(id: "${id}") { ... on Deleted { leftBehind { code } } }`,
    )
    expect(deleteConnection).toEqual({ leftBehind: [{ code: 'webhook_removed_later' }] })
    const left = `{ leftRegistrations { connectionName state connection { id } } }`
    expect(await hub.graphql(left)).toEqual({
      leftRegistrations: [{ connectionName: 'Post', state: 'removing', connection: null }],
    })
    office.answer = undefined
    await after(HOUR)
    expect(office.hooks).toEqual([])
    expect(await hub.graphql(left)).toEqual({ leftRegistrations: [] })
    expect(await rows()).toEqual([])
  })

  it('can still be taken away after the hub’s key was changed', async () => {
    const { id } = await connect()
    await after(0)
    office.answer = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    await ask(`deleteConnection(id: "${id}") { __typename }`)
    const [old, fresh] = [
      createHash('sha256').update('a key for tests').digest('base64'),
      randomBytes(32).toString('base64'),
    ]
    const db = hub.deps.database.connection
    expect(await rotateFarewells(db, createVault(`${fresh},${old}`))).toBe(1)
    expect(await rotateFarewells(db, createVault(`${fresh},${old}`))).toBe(0)
    const [row] = await rows()
    const context = credentialsContext({ workspaceId, id })
    expect(createVault(fresh).open(row!.farewell!.credentials, context)).toContain('right')
  })

  it('is left alone after about a day of trying', async () => {
    const { id } = await connect()
    await after(0)
    office.answer = (_request, response) => {
      response.writeHead(503).end()
      return true
    }
    await ask(`deleteConnection(id: "${id}") { __typename }`)
    for (let hour = 0; hour < 48; hour++) await after(HOUR)
    expect(await rows()).toEqual([])
    expect(office.asked.filter((call) => call.startsWith('DELETE')).length).toBeLessThanOrEqual(12)
  })
})

it('plans nothing twice when two processes plan at once', async () => {
  const { id } = await connect({ depots: [randomUUID()] })
  await Promise.all(
    Array.from({ length: 4 }, () => planConnection(hub.deps, { id, connectorId: 'post-office' })),
  )
  await after(0)
  expect(office.hooks).toHaveLength(1)
  expect(await rows()).toHaveLength(1)
  expect(workspaceId).toBe((await rows())[0]!.workspaceId)
})

async function rows() {
  return registrationCollection(hub.deps.database.connection).find({}).toArray()
}
