import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram } from '../../scripts/harness/child-process.ts'
import type { ChildProgram } from '../../scripts/harness/child-process.ts'
import { freePort } from '../../scripts/harness/free-port.ts'
import { startStoreProcess, storeUrl } from '../../scripts/harness/store-process.ts'
import { planConnection } from '../connections/plan-connection.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { startPostOffice, withPostOffice } from '../testing/post-office.ts'
import type { PostOffice } from '../testing/post-office.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { wireUp } from '../testing/wire.ts'

const TOKEN = 'swy_operator-of-a-hub-that-is-killed'

let dir: string
let office: PostOffice

beforeAll(async () => {
  dir = makeDataDir()
  office = await startPostOffice()
})
afterAll(async () => {
  await office.close()
  rmSync(dir, { recursive: true, force: true })
})

function parcels(count: number) {
  return Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    email: `p${at + 1}@example.com`,
    at: '2026-11-20T09:00:00.000Z',
  }))
}

describe('a hub that is killed between the vendor’s answer and its own write', () => {
  let port: number
  let hub: ChildProgram

  async function ask<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ query, variables }),
    })
    return Object(await response.json()).data
  }

  function start(): void {
    hub = startProgram({
      file: 'server/testing/post-office-child.ts',
      env: {
        PORT: String(port),
        SWITCHYARD_DATA_DIR: join(dir, 'data'),
        SWITCHYARD_ADMIN_TOKEN: TOKEN,
        SWITCHYARD_ALLOW_NETWORKS: office.network,
        SWITCHYARD_LOG_LEVEL: 'warn',
      },
      logFile: join(dir, 'hub.log'),
    })
  }

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo().catch(() => false))) {
      if (hub.hasEnded()) throw new Error('The hub ended by itself.')
      await sleep(50)
    }
  }

  /** Kills the hub so long after the answer to the `nth` such request from now has left. */
  function killAfter(method: string, path: string, nth: number, delayMs: number): void {
    let seen = 0
    office.onAnswered = (request) => {
      const isIt = request.method === method && request.url?.startsWith(path)
      if (isIt && ++seen === nth) setTimeout(() => void hub.kill(), delayMs)
    }
  }

  it('neither loses nor doubles a fact, and the vendor holds one webhook', { timeout: 240_000 }, async () => {
    port = await freePort()
    start()
    await until(async () => (await ask('{ connectors { id } }')) !== undefined)
    killAfter('POST', '/hooks', 1, 0)
    // The hub may be gone before it has answered.
    await ask(
      `mutation ($credentials: JSON!, $apiUrl: String) {
        createConnection(connectorId: "post-office", name: "Post", credentials: $credentials, apiUrl: $apiUrl) {
          ... on Connection { id }
        }
      }`,
      { credentials: { apiKey: 'right' }, apiUrl: office.url },
    ).catch(() => undefined)
    await hub.ended

    const isUp = async () => (await ask('{ connectors { id } }')) !== undefined
    const pollNow = async () => {
      const { connections } = await ask<{
        connections: { items: { polls: { id: string; name: string }[] }[] }
      }>('{ connections { items { polls { id name } } } }')
      const poll = connections.items[0]?.polls.find(({ name }) => name === 'Parcels')
      await ask(`mutation { pollNow(id: "${poll?.id}") { __typename } }`)
    }
    // Before, at and after the write of a page, the first of a run and a later one.
    const kills = [
      [1, 0],
      [2, 3],
      [1, 15],
    ] as const
    for (const [at, [nth, delayMs]] of kills.entries()) {
      start()
      await until(isUp)
      office.parcels = parcels(3 * (at + 1))
      killAfter('GET', '/parcels', nth, delayMs)
      // Asked for again and again: what the hub fetched by itself before the kill was prepared does not count for it.
      while (!hub.hasEnded()) {
        await pollNow().catch(() => undefined)
        await Promise.race([hub.ended, sleep(200)])
      }
    }
    office.onAnswered = undefined
    start()
    await until(isUp)
    await pollNow()
    const orders = async () => {
      const { events } = await ask<{
        events: { count: number; items: { properties: { order_id: string } }[] }
      }>('{ events(first: 100, filter: { name: "order.created" }) { count items { properties } } }')
      return events.items.map(({ properties }) => Number(properties.order_id)).toSorted((a, b) => a - b)
    }
    const state = async () => {
      const { connections } = await ask<{ connections: { items: { registrations: { state: string }[] }[] } }>(
        '{ connections { items { registrations { state } } } }',
      )
      return connections.items[0]?.registrations[0]?.state
    }
    await until(async () => (await orders()).length >= office.parcels.length && (await state()) === 'active')
    expect(await orders()).toEqual(office.parcels.map(({ number }) => number))
    expect(office.hooks).toHaveLength(1)
    await hub.kill()
  })
})

describe('two processes', () => {
  /** Ahead of the true time, which the database keeps. */
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)

  it(
    'let one of them poll; what a process finds that was held up for too long is not stored over it',
    { timeout: 240_000 },
    async () => {
      const storePort = await freePort()
      const store = startStoreProcess({
        port: storePort,
        dir: join(dir, 'store'),
        logFile: join(dir, 'store.log'),
      })
      await store.ready
      const settings = { MONGO_URL: storeUrl(storePort), SWITCHYARD_ALLOW_NETWORKS: office.network }
      const surroundings = { now, connectors: withPostOffice }
      const hubs: TestHub[] = []
      try {
        for (const _ of [1, 2]) hubs.push(await startTestHub(settings, surroundings))
        const [first, second] = hubs as [TestHub, TestHub]
        const [workspace] = await first.deps.workspaces.all()
        office.asked = []
        office.parcels = []
        const post = await wireUp(first.deps, workspace!.id).connection(
          'post-office',
          { apiKey: 'right', signingSecret: 's' },
          { apiUrl: office.url },
        )
        // Both look at once; the vendor is asked once.
        await planConnection(first.deps, { id: post.id, connectorId: 'post-office' })
        await Promise.all(hubs.flatMap(({ poller }) => [poller.round(), poller.round()]))
        await Promise.all(hubs.map(({ poller }) => poller.idle()))
        expect(office.asked.filter((call) => call.startsWith('GET /parcels'))).toHaveLength(1)

        // One of them hangs with an answer in its hands, and the other takes over.
        office.parcels = parcels(3)
        let hanging: (() => void) | undefined
        office.answer = (request, response) => {
          if (!request.url?.startsWith('/parcels') || hanging) return false
          const rows = [{ number: 1, email: 'p1@example.com', at: '2026-11-20T09:00:00.000Z' }]
          hanging = () => response.end(JSON.stringify({ rows, more: false }))
          return true
        }
        ahead += 400_000
        const { polls } = first.deps.storesOf(workspace!.id)
        while (!hanging) {
          await first.poller.round()
          await sleep(20)
        }
        ahead += 130_000
        await second.poller.round()
        await second.poller.idle()
        const taken = await cursorOf(first, post.id)
        expect(taken).toBe('3')
        hanging()
        await first.poller.idle()
        expect(await cursorOf(first, post.id)).toBe('3')
        expect((await polls.ofConnection(post.id)).map(({ failures }) => failures)).toEqual([0, 0])
      } finally {
        await Promise.all(hubs.map((hub) => hub.close()))
        await store.kill()
      }
    },
  )

  async function cursorOf(hub: TestHub, connectionId: string): Promise<string | undefined> {
    const rows = hub.deps.database.connection.collection<{
      poll: string
      connectionId: string
      cursor: string
    }>('polls')
    return (await rows.findOne({ connectionId, poll: 'parcels' }))?.cursor
  }
})
