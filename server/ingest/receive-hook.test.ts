import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from '#sdk'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'

const HOUR = 3_600_000

let hub: TestHub
let clock = Date.parse('2026-11-20T09:00:00Z')

beforeAll(async () => {
  hub = await startTestHub({}, { now: () => new Date(clock) })
})
afterAll(() => hub.close())

const address = z.object({ id: z.string(), hookUrl: z.string() })

async function connect(credentials: Record<string, unknown>, connectorId = 'webhook') {
  const { made } = await hub.graphql<{ made: unknown }>(
    `mutation ($connectorId: String!, $credentials: JSON!) {
      made: createConnection(connectorId: $connectorId, name: "Shop", credentials: $credentials) {
        ... on Connection { id hookUrl } ... on HubError { message }
      }
    }`,
    { connectorId, credentials },
  )
  return address.parse(made)
}

/** Saves the form of the credentials. */
async function enter(id: string, credentials: Record<string, unknown>): Promise<void> {
  const { made } = await hub.graphql<{ made: { __typename: string } }>(
    `mutation ($id: ID!, $credentials: JSON!) {
      made: rotateConnectionSecret(id: $id, credentials: $credentials) { __typename ... on HubError { message } }
    }`,
    { id, credentials },
  )
  expect(made).toEqual({ __typename: 'Connection' })
}

async function moveAddress(id: string): Promise<string> {
  const { made } = await hub.graphql<{ made: unknown }>(
    'mutation ($id: ID!) { made: rotateHookKey(id: $id) { ... on Connection { id hookUrl } } }',
    { id },
  )
  return address.parse(made).hookUrl
}

async function post(url: string, headers: Record<string, string> = {}, body = '{"type":"seat.taken"}') {
  const sent = { 'content-type': 'application/json', connection: 'close', ...headers }
  return (await fetch(url, { method: 'POST', headers: sent, body })).status
}

const bearing = (secret: string) => ({ authorization: `Bearer ${secret}` })

describe('a secret or an address that has been changed', () => {
  it('lets the former secret in for a day and not a moment longer, however quiet the hub is', async () => {
    const { id, hookUrl } = await connect({ incomingCheck: 'bearer', incomingSecret: 'old-secret' })
    await enter(id, { incomingSecret: 'new-secret' })
    clock += 23 * HOUR
    expect(await post(hookUrl, bearing('old-secret'))).toBe(202)
    clock += HOUR
    expect(await post(hookUrl, bearing('old-secret'))).toBe(401)
    expect(await post(hookUrl, bearing('new-secret'))).toBe(202)
  })

  it('answers at the former address for a day and not a moment longer, however quiet the hub is', async () => {
    const { id, hookUrl } = await connect({})
    const moved = await moveAddress(id)
    clock += 23 * HOUR
    expect(await post(hookUrl)).toBe(202)
    clock += HOUR
    expect(await post(hookUrl)).toBe(404)
    expect(await post(moved)).toBe(202)
  })

  it('keeps the former secret for its day, however often the form is saved meanwhile', async () => {
    const { id, hookUrl } = await connect({ incomingCheck: 'bearer', incomingSecret: 'old-secret' })
    await enter(id, { incomingSecret: 'new-secret' })
    for (const contactPath of ['a', 'b', 'c', 'd']) await enter(id, { contactPath })
    expect(await post(hookUrl, bearing('old-secret'))).toBe(202)
  })

  it('goes on taking at the former address what is signed over that address', async () => {
    const { id, hookUrl } = await connect({
      incomingCheck: 'hmac',
      incomingSecret: 'first-secret',
      hmacSigns: '{url}{body}',
    })
    const moved = await moveAddress(id)
    const signed = (url: string) => ({
      'x-signature': createHmac('sha256', 'first-secret').update(`${url}{}`).digest('hex'),
    })
    expect(await post(hookUrl, signed(hookUrl), '{}')).toBe(202)
    expect(await post(moved, signed(moved), '{}')).toBe(202)
    expect(await post(moved, signed(hookUrl), '{}')).toBe(401)
  })
})

describe('credentials that the hub cannot read any more', () => {
  const lost = (sealed: string) => sealed.replace(/^v1\.[0-9a-f]{8}/, 'v1.deadbeef')
  const credentials = { incomingCheck: 'bearer', incomingSecret: 'right-secret' }

  /** As after a lost key. */
  async function loseKeyOf(id: string, fields: ('credentials' | 'hookKey')[]): Promise<void> {
    const [workspace] = await hub.deps.workspaces.all()
    const { connections } = hub.deps.storesOf(workspace!.id)
    const stored = await connections.find(id)
    await connections.change(id, Object.fromEntries(fields.map((field) => [field, lost(stored![field])])))
    await hub.deps.config.bump()
  }

  it('are mended at once by entering them again', async () => {
    const { id, hookUrl } = await connect(credentials)
    await loseKeyOf(id, ['credentials'])
    expect(await post(hookUrl, bearing('right-secret'))).toBe(503)
    await enter(id, credentials)
    expect(await post(hookUrl, bearing('right-secret'))).toBe(202)
  })

  it('are no obstacle where only the former ones are meant', async () => {
    const { id, hookUrl } = await connect(credentials)
    await enter(id, { incomingSecret: 'new-secret' })
    const [workspace] = await hub.deps.workspaces.all()
    const { connections } = hub.deps.storesOf(workspace!.id)
    const stored = await connections.find(id)
    const former = stored!.retiredCredentials.map((old) => ({ ...old, credentials: lost(old.credentials) }))
    await connections.change(id, { retiredCredentials: former })
    await hub.deps.config.bump()
    expect(await post(hookUrl, bearing('new-secret'))).toBe(202)
  })

  it('are mended by entering them again and making a new address, where that was lost as well', async () => {
    const { id, hookUrl } = await connect(credentials)
    await loseKeyOf(id, ['credentials', 'hookKey'])
    await enter(id, credentials)
    const moved = await moveAddress(id)
    expect(await post(moved, bearing('right-secret'))).toBe(202)
    expect(await post(hookUrl, bearing('right-secret'))).toBe(202)
  })
})
