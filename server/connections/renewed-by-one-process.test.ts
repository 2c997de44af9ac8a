import { rmSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startEmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import type { EmbeddedStore } from '../embedded-store/start-embedded-store.ts'
import { makeDataDir } from '../testing/make-data-dir.ts'
import { signInAs } from '../testing/sign-in-as.ts'
import { startMembersHub } from '../testing/start-members-hub.ts'
import type { MembersHub } from '../testing/start-members-hub.ts'
import { startMembersVendor } from '../testing/start-members-vendor.ts'
import type { MembersVendor } from '../testing/start-members-vendor.ts'
import type { AccessToken } from './access-tokens.ts'
import { isUsable } from './connection-directory.ts'

let dir: string
let store: EmbeddedStore
let vendor: MembersVendor
/** Two processes of one installation. */
let hubs: [MembersHub, MembersHub]
let clock = 0
const now = () => new Date(Date.now() + clock)
const HOUR = 3_600_000
/** A bound on waiting, however busy the machine is. */
const soon = { timeout: 60_000 }

beforeAll(async () => {
  dir = makeDataDir()
  store = await startEmbeddedStore({ dir, port: 0 })
  vendor = await startMembersVendor()
  const settings = { MONGO_URL: store.url }
  const first = await startMembersHub(vendor, now, settings)
  hubs = [first, await startMembersHub(vendor, now, settings)]
  vendor.sendsBackTo(...hubs.map(({ url }) => `${url}/oauth/callback`))
})
afterAll(async () => {
  for (const hub of hubs) await hub.close()
  await vendor.close()
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  vendor.asked.length = 0
  vendor.members.length = 0
  vendor.tokenDelayMs = 0
})

const refreshes = () => vendor.asked.filter(({ grantType }) => grantType === 'refresh_token')

async function tokenIn({ deps }: MembersHub, id: string): Promise<AccessToken> {
  const open = await deps.connections.byId(id)
  if (!isUsable(open)) throw new Error('The connection cannot be used.')
  return deps.accessTokens.get(open, { exchanges: [], signal: deps.stopping })
}

async function renewIn({ deps }: MembersHub, id: string, spent: AccessToken): Promise<AccessToken> {
  const open = await deps.connections.byId(id)
  if (!isUsable(open)) throw new Error('The connection cannot be used.')
  return deps.accessTokens.renew(open, spent, { exchanges: [], signal: deps.stopping })
}

it('asks the vendor once when many attempts of two processes need the next token at the same time', async () => {
  const [a, b] = hubs
  const id = await a.connectSignedIn()
  for (let round = 1; round <= 3; round++) {
    clock += HOUR
    vendor.tokenDelayMs = 300
    const tokens = await Promise.all([a, b, a, b, a, b].map((hub) => tokenIn(hub, id)))
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(refreshes()).toHaveLength(round)
  }
  expect(refreshes().map(({ status }) => status)).toEqual([200, 200, 200])
  expect(vendor.reuses).toBe(0)
})

it('asks the vendor once when both were refused the same token', async () => {
  const [a, b] = hubs
  const id = await a.connectSignedIn()
  const spent = await Promise.all(hubs.map((hub) => tokenIn(hub, id)))
  clock += 2 * 60_000
  vendor.tokenDelayMs = 300
  const next = await Promise.all([renewIn(a, id, spent[0]!), renewIn(b, id, spent[1]!)])
  expect(new Set(next.map(({ value }) => value)).size).toBe(1)
  expect(next[0].value).not.toBe(spent[0]!.value)
  expect(refreshes()).toHaveLength(1)
  expect(vendor.reuses).toBe(0)
})

it('takes over from a process that died while it was asking', async () => {
  const [a, b] = hubs
  const id = await a.connectSignedIn()
  clock += HOUR
  const { grant } = (await a.deps.grants.find(id))!
  const claim = (by: string) =>
    a.deps.grants.claim(id, grant!.revision, by, now(), new Date(now().getTime() + 30_000))
  expect(await claim('prc_dead')).toBe(true)
  const waiting = tokenIn(b, id)
  expect(await claim('prc_other')).toBe(false)
  expect(refreshes()).toHaveLength(0)
  clock += 31_000
  await waiting
  expect(refreshes()).toHaveLength(1)
})

it('lets a person who signs in meanwhile have the last word', async () => {
  const [a, b] = hubs
  const id = await a.connectSignedIn()
  clock += HOUR
  const { promise, resolve: letThrough } = Promise.withResolvers<void>()
  vendor.refreshesWaitFor = promise
  const refreshed = tokenIn(a, id)
  await expect.poll(async () => (await a.deps.grants.find(id))?.grantLease, soon).toBeDefined()
  expect((await signInAs(b, id)).status).toBe(200)
  const signedIn = (await b.deps.grants.find(id))!.grant!.revision
  vendor.refreshesWaitFor = undefined
  letThrough()
  expect((await refreshed).revision).toBe(signedIn)
  expect((await tokenIn(b, id)).revision).toBe(signedIn)
  expect((await b.deps.grants.find(id))?.grantLease).toBeUndefined()
})

it('sends in every process with what the one was given, and in none after signing out', async () => {
  const [a, b] = hubs
  const id = await a.connectSignedIn()
  const { arrive } = await a.wire(id)
  clock += HOUR
  for (let number = 1; number <= 6; number++) await arrive(`p${number}@example.com`)
  await b.settled()
  await expect.poll(() => vendor.members.length, soon).toBe(6)
  expect(new Set(vendor.members.map(({ token }) => token)).size).toBe(1)
  expect(refreshes()).toHaveLength(1)

  await b.graphql('mutation ($id: ID!) { signOutConnection(id: $id) { __typename } }', { id })
  await expect.poll(() => tokenIn(a, id).catch((err: Error) => err.name), soon).toBe('SignInNeeded')
})
