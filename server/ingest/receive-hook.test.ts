import { createHmac } from 'node:crypto'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from '#sdk'
import { receiptCollection } from '../receipts/receipt-store.ts'
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

async function receiptsOf(connectionId: string) {
  const [workspace] = await hub.deps.workspaces.all()
  return hub.deps.storesOf(workspace!.id).receipts.page({ connectionId }, undefined, 20)
}

async function replayed(connectionId: string): Promise<string> {
  const [receipt] = await receiptsOf(connectionId)
  const { made } = await hub.graphql<{ made: { __typename: string } }>(
    'mutation ($id: ID!) { made: replayReceipt(id: $id) { __typename } }',
    { id: receipt!.id },
  )
  return made.__typename
}

describe('a request without a body that says something in its address', () => {
  it('is kept and told so when it fails its check, and not greeted like somebody who only looks', async () => {
    const { id, hookUrl } = await connect({ incomingCheck: 'query', incomingSecret: 'right-secret' })
    expect((await fetch(`${hookUrl}?token=wrong&email=a@example.org`)).status).toBe(401)
    expect(await receiptsOf(id)).toMatchObject([{ state: 'refused', reason: { code: 'secret_mismatch' } }])
  })
})

describe('a request that came packed', () => {
  const body = '{"type":"seat.taken"}'

  it.each([
    ['gzip', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['zstd', zstdCompressSync(body)],
    ['deflate', deflateSync(body)],
    ['deflate', deflateRawSync(body)],
    ['gzip, identity', gzipSync(body)],
    ['identity', Buffer.from(body)],
    ['Deflate, GZIP', gzipSync(deflateSync(body))],
  ])('as %s is kept as what was packed', async (encoding, packed) => {
    const { id, hookUrl } = await connect({})
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
    expect((await fetch(hookUrl, { method: 'POST', headers, body: packed })).status).toBe(202)
    await hub.settled()
    const [receipt] = await receiptsOf(id)
    expect(receipt).toMatchObject({ state: 'done', bodyBytes: body.length })
  })

  it('in a way that the hub cannot undo is kept as it came, and said to be so', async () => {
    const { id, hookUrl } = await connect({})
    const packed = Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50])
    const headers = { 'content-type': 'application/json', 'content-encoding': 'snappy' }
    expect((await fetch(hookUrl, { method: 'POST', headers, body: packed })).status).toBe(202)
    await hub.settled()
    const [receipt] = await receiptsOf(id)
    expect(receipt).toMatchObject({
      state: 'not_understood',
      reason: { code: 'wrong_encoding' },
      bodyBytes: 8,
    })
    expect(receipt!.headers).toContain('"content-encoding":"snappy"')
  })
})

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

describe('the name of the scheme before a token or a password', () => {
  const basic = { incomingCheck: 'basic', incomingUser: 'u', incomingSecret: 'right-secret' }
  const pair = Buffer.from('u:right-secret').toString('base64')

  it.each([
    ['bearer', { incomingCheck: 'bearer', incomingSecret: 'right-secret' }, 'right-secret'],
    ['BEARER', { incomingCheck: 'bearer', incomingSecret: 'right-secret' }, 'right-secret'],
    ['basic', basic, pair],
    ['bAsIc', basic, pair],
  ])('may be written %s, when it arrives and when it is replayed', async (scheme, credentials, value) => {
    const { id, hookUrl } = await connect({ ...credentials, incomingSecret: 'mistyped' })
    const headers = { authorization: `${scheme} ${value}` }
    expect(await post(hookUrl, headers)).toBe(401)
    await enter(id, credentials)
    expect(await replayed(id)).toBe('Receipt')
    expect(await post(hookUrl, headers)).toBe(202)
  })
})

describe('a secret that a request presents', () => {
  const SECRET = 'a-Secret/that+travels'
  const tooLarge = `"${'x'.repeat(6 * 1024 * 1024)}"`
  const header = { incomingCheck: 'header', incomingSecret: SECRET }
  const query = { incomingCheck: 'query', incomingSecret: SECRET }
  const workflow = { accessToken: 'pat-1', workflowCheck: 'header', workflowKey: SECRET }
  const encoded = encodeURIComponent(SECRET)

  it.each<{
    where: string
    credentials: Record<string, unknown>
    later?: Record<string, unknown>
    vendor?: string
    search?: string
    headers?: Record<string, string>
    body?: string
  }>([
    {
      where: 'with a body that is too large',
      credentials: header,
      headers: { 'x-api-key': SECRET },
      body: tooLarge,
    },
    {
      where: 'in the address, with a body that is too large',
      credentials: query,
      search: `?token=${encoded}`,
      body: tooLarge,
    },
    {
      where: 'under another name than the form says',
      credentials: header,
      headers: { 'x-token': `Key ${SECRET}` },
    },
    {
      where: 'where it stood before the scheme was changed',
      credentials: header,
      later: { incomingCheck: 'bearer', incomingSecret: 'another-secret' },
      headers: { 'x-api-key': SECRET },
    },
    {
      where: 'beside a signature that somebody else must check',
      vendor: 'hubspot',
      credentials: workflow,
      headers: { 'x-api-key': SECRET, 'x-hubspot-signature': 'abc' },
    },
    {
      where: 'in the address that a proxy noted down',
      credentials: query,
      search: `?token=${encoded}`,
      headers: { 'x-original-uri': `/hooks/it?token=${encoded}` },
    },
    { where: 'as the name of a parameter', credentials: query, search: `?${encoded}` },
  ])('is not stored $where', async ({ credentials, later, vendor, search = '', headers, body }) => {
    const { id, hookUrl } = await connect(credentials, vendor)
    if (later) await enter(id, later)
    await post(`${hookUrl}${search}`, headers, body)
    const [receipt] = await receiptsOf(id)
    const stored = `${receipt!.headers} ${receipt!.query}`
    expect(stored).toMatch(/•••|%E2%80%A2/)
    for (const spelling of [SECRET, encoded]) expect(stored).not.toContain(spelling)
  })

  it('cuts no holes into what else a request says, where it is a word like others', async () => {
    const { id, hookUrl } = await connect({ ...query, incomingSecret: 'demo' })
    await fetch(`${hookUrl}?token=demo&email=demo@example.org`, { headers: { 'x-tool': 'demo-shop' } })
    const [receipt] = await receiptsOf(id)
    expect(new URLSearchParams(receipt!.query).get('email')).toBe('demo@example.org')
    expect(receipt!.headers).toContain('demo-shop')
  })
})

describe('the address of a connection', () => {
  it('is not stored where a proxy noted it down', async () => {
    const { id, hookUrl } = await connect({})
    const { pathname } = new URL(hookUrl)
    await post(hookUrl, { 'x-original-uri': pathname })
    const [receipt] = await receiptsOf(id)
    expect(receipt!.headers).not.toContain(pathname.split('/').at(-1))
  })
})

describe('refused requests', () => {
  it('are kept up to 50 MB, also where few are large', async () => {
    const { id, hookUrl } = await connect({ incomingCheck: 'bearer', incomingSecret: 'right-secret' })
    const large = async () => expect(await post(hookUrl, {}, 'x'.repeat(3_000_000))).toBe(401)
    await large()
    const receipts = receiptCollection(hub.deps.database.connection)
    const { _id, ...first } = (await receipts.findOne({ connectionId: id }))!
    const more = Array.from({ length: 19 }, (_, at) => ({
      ...first,
      _id: `${_id}-${at}`,
      body: Buffer.alloc(0),
    }))
    await receipts.insertMany(more)
    await large()
    const kept = async () => (await receiptsOf(id)).reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
    await expect.poll(kept, { timeout: 20_000 }).toBeLessThanOrEqual(50 * 1024 * 1024)
  })
})

describe('a refused request that is replayed and refused again', () => {
  const hmac = { incomingCheck: 'hmac', incomingSecret: 'right-secret', hmacTimestamp: 'x-time' }
  const signed = (secret: string, time: string) => ({
    'x-time': time,
    'x-signature': createHmac('sha256', secret).update('{}').digest('hex'),
  })
  const present = () => String(Math.floor(clock / 1000))

  it.each<
    [code: string, says: string, credentials: Record<string, unknown>, headers: () => Record<string, string>]
  >([
    ['signature_mismatch', 'Correct the secret', hmac, () => signed('wrong', present())],
    ['timestamp_outside_tolerance', 'Allow more time', hmac, () => signed('right-secret', '1000000000')],
    ['timestamp_missing', 'send it again', hmac, () => ({ 'x-signature': 'abc' })],
    ['signature_missing', 'the sending tool', hmac, () => ({})],
    ['secret_missing', 'Enter the secret', { incomingCheck: 'bearer' }, () => bearing('any')],
    ['secret_not_presented', 'the sending tool', { ...hmac, incomingCheck: 'bearer' }, () => ({})],
  ])(
    'says why it is refused now, and what to do about that: %s',
    async (code, says, credentials, headers) => {
      const { id, hookUrl } = await connect(credentials)
      expect(await post(hookUrl, headers(), '{}')).toBe(401)
      const [receipt] = await receiptsOf(id)
      const { made } = await hub.graphql<{ made: unknown }>(
        `mutation ($id: ID!) { made: replayReceipt(id: $id) {
        ... on ReceiptNotReplayable { because message reason { code } }
      } }`,
        { id: receipt!.id },
      )
      expect(made).toEqual({
        because: 'still_refused',
        message: expect.stringContaining(says),
        reason: { code },
      })
    },
  )
})

describe('a refused request', () => {
  it.each<{
    mistake: string
    credentials: Record<string, unknown>
    mended: Record<string, unknown>
    search?: string
    headers?: Record<string, string>
  }>([
    {
      mistake: 'the name of the header',
      credentials: { incomingCheck: 'header', incomingSecret: 'right-secret' },
      headers: { 'x-token': 'right-secret' },
      mended: { incomingName: 'x-token' },
    },
    {
      mistake: 'the kind of check',
      credentials: { incomingCheck: 'hmac', incomingSecret: 'right-secret' },
      search: '?token=right-secret',
      mended: { incomingCheck: 'query' },
    },
    {
      mistake: 'the name of the header and the secret',
      credentials: { incomingCheck: 'header', incomingSecret: 'mistyped-secret' },
      headers: { 'x-token': 'right-secret' },
      mended: { incomingName: 'x-token', incomingSecret: 'right-secret' },
    },
  ])('is brought in by a replay once $mistake is right', async (story) => {
    const { id, hookUrl } = await connect(story.credentials)
    expect(await post(`${hookUrl}${story.search ?? ''}`, story.headers)).toBe(401)
    expect(await replayed(id)).toBe('ReceiptNotReplayable')
    await enter(id, story.mended)
    expect(await replayed(id)).toBe('Receipt')
  })
})
