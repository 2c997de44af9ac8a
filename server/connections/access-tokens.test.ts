import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDestinationHealth } from '../pipeline/destination-health.ts'
import { signInAs } from '../testing/sign-in-as.ts'
import { startMembersHub } from '../testing/start-members-hub.ts'
import type { MembersHub } from '../testing/start-members-hub.ts'
import { startMembersVendor } from '../testing/start-members-vendor.ts'
import type { MembersVendor } from '../testing/start-members-vendor.ts'
import type { OpenConnection } from './connection-directory.ts'
import { keepSignedIn } from './keep-signed-in.ts'

let vendor: MembersVendor
let hub: MembersHub
let clock = 0
const now = () => new Date(Date.now() + clock)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

beforeAll(async () => {
  vendor = await startMembersVendor()
  hub = await startMembersHub(vendor, now)
  vendor.sendsBackTo(`${hub.url}/oauth/callback`)
})
afterAll(async () => {
  await hub.close()
  await vendor.close()
})
beforeEach(() => {
  vendor.tokenTrouble = undefined
  vendor.refusals = 0
  vendor.asked.length = 0
  vendor.members.length = 0
})

// What one test leaves parked or due is not to go on in the next.
afterEach(async () => {
  const { connections } = hub.deps.storesOf(hub.workspaceId)
  for (const { id } of await connections.page(undefined, 100)) {
    await connections.change(id, { state: 'paused' })
    await hub.deps.grants.set(id, undefined)
  }
  await hub.deps.config.bump()
})

const refreshes = () => vendor.asked.filter(({ grantType }) => grantType === 'refresh_token')
const members = () => vendor.members.map(({ email }) => email)

/** What the database holds of a connection's tokens. */
async function grantOf(id: string) {
  return (await hub.deps.grants.find(id))?.grant
}

describe('an access token', () => {
  it('is asked for once and used until shortly before its end', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    await arrive('a1@example.com')
    clock += HOUR - 2 * MINUTE
    await arrive('a2@example.com')
    expect(refreshes()).toHaveLength(0)

    clock += MINUTE + 1_000
    await arrive('a3@example.com')
    expect(refreshes()).toHaveLength(1)
    expect(members()).toEqual(['a1@example.com', 'a2@example.com', 'a3@example.com'])
    const tokens = vendor.members.map(({ token }) => token)
    expect(tokens[1]).toBe(tokens[0])
    expect(tokens[2]).not.toBe(tokens[1])
  })

  it('is renewed with the refresh token of the time before, each of which the vendor takes once', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    for (const email of ['b1@example.com', 'b2@example.com', 'b3@example.com']) {
      clock += HOUR
      await arrive(email)
    }
    const used = refreshes().map(({ params }) => params.get('refresh_token'))
    expect(new Set(used).size).toBe(3)
    expect(refreshes().map(({ status }) => status)).toEqual([200, 200, 200])
    expect(vendor.reuses).toBe(0)
    expect(members()).toHaveLength(3)
  })

  it.each([
    { name: 'a day behind', skew: -24 * HOUR },
    { name: 'two days ahead', skew: 48 * HOUR },
  ])('lasts as long as it does when the hub’s clock is $name', async ({ skew }) => {
    clock += skew
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    await arrive('c1@example.com')
    clock += 30 * MINUTE
    await arrive('c2@example.com')
    expect(refreshes()).toHaveLength(0)
    clock += 30 * MINUTE
    await arrive('c3@example.com')
    expect(refreshes()).toHaveLength(1)
    expect(members()).toHaveLength(3)
    clock -= skew
  })

  it('that the vendor refuses is renewed, and the refused request sent once more, even one that must not be repeated', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    clock += 2 * MINUTE
    vendor.refusals = 1
    await arrive('d1@example.com')
    expect(refreshes()).toHaveLength(1)
    expect(members()).toEqual(['d1@example.com'])
    expect(await hub.deliveriesTo(id)).toMatchObject([{ state: 'delivered' }])
  })

  it('is not renewed again and again for a vendor that refuses whatever it is shown', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    clock += 2 * MINUTE
    vendor.refusals = 100
    await arrive('e1@example.com')
    await arrive('e2@example.com')
    expect(refreshes()).toHaveLength(1)
    expect(await hub.deliveriesTo(id)).toMatchObject([
      { state: 'parked', reason: { code: 'connection_must_be_fixed' } },
      { state: 'parked', reason: { code: 'destination_down' } },
    ])
  })
})

describe('a sign-in that the vendor no longer accepts', () => {
  it('parks what is to be sent, tells why, and lets it go in order once somebody signs in again', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    await arrive('f0@example.com')
    await vendor.revokeAll()
    clock += HOUR
    for (const email of ['f1@example.com', 'f2@example.com', 'f3@example.com']) await arrive(email)

    expect(refreshes()).toHaveLength(1)
    expect(await hub.deliveriesTo(id)).toMatchObject([
      { state: 'delivered' },
      {
        state: 'parked',
        reason: { code: 'connection_must_be_fixed', data: { because: { code: 'sign_in_needed' } } },
      },
      { state: 'parked', reason: { code: 'sign_in_needed' } },
      { state: 'parked', reason: { code: 'sign_in_needed' } },
    ])
    expect(await hub.signInOf(id)).toMatchObject({
      state: 'needed',
      account: 'ada',
      scopes: [],
      reason: { code: 'token_refused', data: { error: 'invalid_grant' } },
    })

    expect((await signInAs(hub, id)).status).toBe(200)
    await hub.settled()
    expect(members()).toEqual(['f0@example.com', 'f1@example.com', 'f2@example.com', 'f3@example.com'])
    expect(await hub.signInOf(id)).toMatchObject({ state: 'signed_in', reason: null })
  })

  it('shows in the very check that finds it out', async () => {
    const id = await hub.connectSignedIn()
    await vendor.revokeAll()
    clock += HOUR
    const { checkConnection } = await hub.graphql<{ checkConnection: unknown }>(
      `mutation ($id: ID!) { checkConnection(id: $id) { ... on ConnectionCheck {
        ok reason { code } connection { signIn { state reason { code } } }
      } } }`,
      { id },
    )
    expect(checkConnection).toEqual({
      ok: false,
      reason: { code: 'sign_in_needed' },
      connection: { signIn: { state: 'needed', reason: { code: 'token_refused' } } },
    })
  })

  it('wakes what was parked by a process that had not heard of the new one yet', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    const grant = await grantOf(id)
    await hub.deps.grants.set(id, undefined)
    await hub.deps.config.bump()
    await arrive('g1@example.com')
    expect(await hub.deliveriesTo(id)).toMatchObject([
      { state: 'parked', reason: { code: 'sign_in_needed' } },
    ])

    await hub.deps.grants.set(id, { ...grant!, toWake: true })
    await hub.deps.config.bump()
    clock += MINUTE
    await keepUp()
    expect(members()).toEqual(['g1@example.com'])
    expect((await grantOf(id))?.toWake).toBeUndefined()
  })

  it('is not made of a token endpoint that is away, answers nonsense or is overrun', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    clock += HOUR
    const troubles = [
      { status: 503, body: '{"error":"invalid_grant"}' },
      { status: 200, body: '<html>We are moving house.</html>' },
      { status: 429, body: '{"error":"invalid_grant"}', headers: { 'retry-after': '60' } },
      { status: 0, body: '' },
    ]
    for (const [at, trouble] of troubles.entries()) {
      vendor.tokenTrouble = trouble
      await arrive(`h${at}@example.com`)
    }
    const waiting = await hub.deliveriesTo(id)
    expect(waiting.map(({ state }) => state)).toEqual(['retrying', 'retrying', 'retrying', 'retrying'])
    expect(waiting.map(({ reason }) => reason?.code)).toEqual(troubles.map(() => 'token_endpoint_away'))
    expect(await hub.signInOf(id)).toMatchObject({ state: 'signed_in', reason: null })

    vendor.tokenTrouble = undefined
    clock += 2 * MINUTE
    await hub.settled()
    expect(members().toSorted()).toEqual(troubles.map((_trouble, at) => `h${at}@example.com`))
    expect(vendor.reuses).toBe(0)
  })

  it('is not made of a client that the vendor no longer knows: its secret can be put right', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    clock += HOUR
    const { rotateConnectionSecret } = await hub.graphql<{ rotateConnectionSecret: unknown }>(
      `mutation ($id: ID!) { rotateConnectionSecret(id: $id, credentials: { clientSecret: "mistyped" }) {
        ... on Connection { id } ... on HubError { message }
      } }`,
      { id },
    )
    expect(rotateConnectionSecret).toEqual({ id })
    await arrive('i1@example.com')
    await arrive('i2@example.com')
    expect(await hub.deliveriesTo(id)).toMatchObject([
      { state: 'parked', reason: { data: { because: { code: 'token_refused' } } } },
      { state: 'parked', reason: { code: 'destination_down' } },
    ])
    expect(await hub.signInOf(id)).toMatchObject({ state: 'signed_in' })

    await hub.graphql(
      `mutation ($id: ID!) { rotateConnectionSecret(id: $id, credentials: { clientSecret: "a-secret-of-the-client" }) { __typename } }`,
      { id },
    )
    await hub.graphql('mutation ($id: ID!) { checkConnection(id: $id) { __typename } }', { id })
    await hub.settled()
    expect(members()).toEqual(['i1@example.com', 'i2@example.com'])
  })
})

describe('a sign-in that nothing uses', () => {
  it('is renewed once a day, so that the vendor does not forget it', async () => {
    const id = await hub.connectSignedIn()
    const before = await grantOf(id)
    clock += 23 * HOUR
    await keepUp()
    expect(refreshes()).toHaveLength(0)
    clock += 2 * HOUR
    await keepUp()
    await keepUp()
    expect(refreshes()).toHaveLength(1)
    expect((await grantOf(id))!.refreshedAt.getTime()).toBeGreaterThan(before!.refreshedAt.getTime())
  })
})

describe('signing out', () => {
  const signOut = async (id: string) =>
    (
      await hub.graphql<{ signOutConnection: unknown }>(
        `mutation ($id: ID!) { signOutConnection(id: $id) { ... on SignedOutConnection {
          connection { signIn { state account } } leftBehind { code data }
        } } }`,
        { id },
      )
    ).signOutConnection

  it('takes the tokens back at the vendor, and lets deliveries wait', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    await arrive('j1@example.com')
    const { token } = vendor.members[0]!
    expect(await statusWith(token)).toBe(200)
    expect(await signOut(id)).toEqual({
      connection: { signIn: { state: 'needed', account: null } },
      leftBehind: [],
    })
    expect(await statusWith(token)).toBe(401)
    await arrive('j2@example.com')
    expect(await hub.deliveriesTo(id)).toMatchObject([{ state: 'delivered' }, { state: 'parked' }])
  })

  it('says what is left to do at the vendor where that could not be reached', async () => {
    const id = await hub.connectSignedIn()
    vendor.tokenTrouble = { status: 503, body: '' }
    expect(await signOut(id)).toMatchObject({
      leftBehind: [{ code: 'sign_in_not_revoked', data: { connector: 'Members' } }],
    })
  })

  it('is part of deleting a connection', async () => {
    const id = await hub.connectSignedIn()
    const { accessTokens, connections, stopping } = hub.deps
    const open = await connections.byId(id)
    const { value } = await accessTokens.get(open as OpenConnection, { exchanges: [], signal: stopping })
    const { deleteConnection } = await hub.graphql<{ deleteConnection: unknown }>(
      'mutation ($id: ID!) { deleteConnection(id: $id) { ... on Deleted { id leftBehind { code } } } }',
      { id },
    )
    expect(deleteConnection).toEqual({ id, leftBehind: [] })
    expect(await statusWith(value)).toBe(401)
  })

  const statusWith = async (token: string) =>
    (await fetch(`${vendor.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status
})

describe('a client that signs in as itself', () => {
  it('needs nobody, and asks for a token only when it has none', async () => {
    const id = await hub.connect({ way: 'client' })
    const { arrive } = await hub.wire(id)
    await arrive('k1@example.com')
    await arrive('k2@example.com')
    expect(await hub.signInOf(id)).toMatchObject({ state: 'not_needed' })
    expect(vendor.asked.map(({ grantType }) => grantType)).toEqual(['client_credentials'])
    clock += HOUR
    await arrive('k3@example.com')
    expect(vendor.asked).toHaveLength(2)
    expect(members()).toHaveLength(3)
  })

  it('asks for another token once its credentials are others', async () => {
    const id = await hub.connect({ way: 'client' })
    const { arrive } = await hub.wire(id)
    await arrive('l1@example.com')
    await hub.graphql(
      `mutation ($id: ID!) { rotateConnectionSecret(id: $id, credentials: { clientId: "hub-basic", inHeader: true }) { __typename } }`,
      { id },
    )
    await arrive('l2@example.com')
    expect(vendor.asked).toHaveLength(2)
    expect(vendor.members[1]?.token).not.toBe(vendor.members[0]?.token)
  })
})

describe('a token of any kind', () => {
  it('is in the database only sealed, and in no answer of the API and no capture', async () => {
    const id = await hub.connectSignedIn()
    const { arrive } = await hub.wire(id)
    await arrive('m1@example.com')
    clock += HOUR
    vendor.refusals = 1
    await arrive('m2@example.com')
    await hub.graphql('mutation ($id: ID!) { checkConnection(id: $id) { __typename } }', { id })
    // Captures are written a moment after their attempt.
    await expect
      .poll(() => hub.deps.database.connection.collection('exchanges').countDocuments(), { timeout: 60_000 })
      .toBeGreaterThan(1)

    const { connection } = hub.deps.database
    const names = (await connection.listCollections()).map(({ name }) => name)
    const everything = await Promise.all(names.map((name) => connection.collection(name).find().toArray()))
    const text = JSON.stringify(everything)
    expect(text).toContain('m2@example.com')
    const found = [...vendor.given, 'a-secret-of-the-client'].filter((token) => text.includes(token))
    expect(vendor.given.size).toBeGreaterThanOrEqual(4)
    expect(found).toEqual([])
  })
})

function keepUp(): Promise<void> {
  const health = createDestinationHealth(hub.deps.database.connection, now)
  return keepSignedIn({ ...hub.deps, health }).then(() => hub.settled())
}
