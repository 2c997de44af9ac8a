import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpStatusError } from '../../connectors/sdk/errors.ts'
import { capturedBytesMax } from './capture.ts'
import type { CapturedExchange } from './capture.ts'
import { createHttp } from './http-client.ts'
import type { HttpClientOptions } from './http-client.ts'
import { openNetwork } from './network.ts'
import { parseAllowedNetworks } from './safe-address.ts'

const apiKey = 'k3y/with+odd "chars" ü'
const clientSecret = 'whsec_C0mpletelyPlain'

/** The worst vendor: whatever arrives comes back in the body and in a header, with a status of our choice. */
const echo = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const said = { url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() }
    response.setHeader('x-echo', encodeURIComponent(request.headers.authorization ?? ''))
    response.setHeader('set-cookie', ['session=abcdef', 'b=c'])
    response.writeHead(Number(request.headers['x-status'] ?? 200))
    response.end(JSON.stringify(said))
  })
})
let url = ''
const network = openNetwork(parseAllowedNetworks('127.0.0.2'))

beforeAll(async () => {
  echo.listen(0, '127.0.0.2')
  await once(echo, 'listening')
  const address = echo.address()
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.')
  url = `http://127.0.0.2:${address.port}`
})
afterAll(async () => {
  await network.close()
  echo.closeAllConnections()
  echo.close()
})

function connect(options: Partial<HttpClientOptions> = {}) {
  const exchanges: CapturedExchange[] = []
  let now = 0
  const http = createHttp({
    network,
    baseUrl: url,
    secrets: [apiKey, clientSecret],
    exchanges,
    clock: () => (now += 125),
    ...options,
  })
  return { http, exchanges }
}

it('shows the whole exchange: what was sent, what came back and how long it took', async () => {
  const { http, exchanges } = connect()
  await http.post('contacts', {
    json: { email: 'ann@example.com' },
    headers: { 'x-request': '7' },
    query: { a: 1 },
  })
  expect(exchanges).toEqual([
    {
      method: 'POST',
      url: `${url}/contacts?a=1`,
      requestHeaders: expect.objectContaining({ 'content-type': 'application/json', 'x-request': '7' }),
      requestBody: { text: '{"email":"ann@example.com"}', bytes: 27, isCut: false },
      status: 200,
      responseHeaders: expect.objectContaining({ 'set-cookie': '•••' }),
      responseBody: expect.objectContaining({
        text: expect.stringContaining('ann@example.com'),
        isCut: false,
      }),
      durationMs: 125,
      error: undefined,
    },
  ])
})

it('shows a failed one with its reason', async () => {
  const { http, exchanges } = connect()
  await http.get('http://127.0.0.2:1/').catch(() => undefined)
  await http.get('http://10.0.0.1/').catch(() => undefined)
  expect(exchanges.map(({ status, error }) => [status, error?.code])).toEqual([
    [undefined, 'network'],
    [undefined, 'address_refused'],
  ])
})

describe('no secret is in a capture or an error', () => {
  const ways: Record<string, (http: ReturnType<typeof connect>['http'], key: string) => Promise<unknown>> = {
    'as a bearer token': (http, key) => http.get('x', { headers: { authorization: `Bearer ${key}` } }),
    'as basic authentication': (http, key) =>
      http.post('x', { headers: { authorization: `Basic ${Buffer.from(`ann:${key}`).toString('base64')}` } }),
    'as basic authentication in a body': (http, key) =>
      http.post('x', { json: { login: Buffer.from(`ann.example:${key}:x`).toString('base64') } }),
    'in a header of the vendor’s own': (http, key) => http.post('x', { headers: { 'x-vendor': key } }),
    'in the query': (http, key) => http.get('x', { query: { hapikey: key, q: key } }),
    'in the path': (http, key) => http.get(`bot${encodeURIComponent(key)}/send`),
    'in JSON': (http, key) => http.post('x', { json: { deep: [{ key }] } }),
    'in JSON inside JSON': (http, key) => http.post('x', { json: { text: JSON.stringify({ key }) } }),
    'in a form': (http, key) => http.post('x', { form: { a: { b: key } } }),
    'in hexadecimal': (http, key) => http.post('x', { body: Buffer.from(key).toString('hex') }),
    'as a data address': (http, key) =>
      http.post('x', { body: `data:text/plain;base64,${Buffer.from(key).toString('base64')}` }),
  }

  for (const [way, send] of Object.entries(ways)) {
    it.each([200, 401, 500])(`${way}, also when the vendor sends it back with status %d`, async (status) => {
      for (const secret of [apiKey, clientSecret]) {
        // A header holds no letters beyond Latin-1, so there the key goes as its bytes would.
        const key = way.includes('header') || way.includes('bearer') ? secret.replace('ü', 'u') : secret
        const { http, exchanges } = connect({
          defaults: { headers: { 'x-status': String(status) } },
          secrets: [key, 'another secret'],
        })
        const error: unknown = await send(http, key).catch((reason: unknown) => reason)
        const seen =
          JSON.stringify(exchanges) +
          (error instanceof HttpStatusError ? JSON.stringify(error) + error.message : '')
        expect(exchanges).toHaveLength(1)
        for (const trace of tracesOf(key)) expect(seen).not.toContain(trace)
      }
    })
  }

  it('when a token endpoint hands out new ones', async () => {
    const { http, exchanges } = connect()
    const fresh = {
      access_token: 'at-1',
      refresh_token: 'rt-1',
      expires_in: 3600,
      scope: 'contacts',
      id_token: 'it-1',
    }
    await http.post('oauth/token', { json: fresh })
    await http.post('oauth/token', { form: { ...fresh, client_secret: 'cs-1', grant_type: 'refresh_token' } })
    const seen = JSON.stringify(exchanges)
    for (const token of ['at-1', 'rt-1', 'it-1', 'cs-1']) expect(seen).not.toContain(token)
    expect(seen).toContain('contacts')
    expect(seen).toContain('grant_type=refresh_token')
  })

  it('when it comes with the address and in nobody’s list', async () => {
    const { http, exchanges } = connect({ baseUrl: undefined })
    await http.get(
      `${url.replace('//', '//ann:pass-in-url@')}/pass-in-url?api_key=key-in-url&signature=sig-in-url&pwd=pin`,
    )
    const seen = JSON.stringify(exchanges)
    for (const secret of ['pass-in-url', 'key-in-url', 'sig-in-url']) expect(seen).not.toContain(secret)
    // Too short to be looked for elsewhere, and still cut where it is named.
    expect(exchanges[0]?.url).toBe(`${url}/•••?api_key=•••&signature=•••&pwd=•••`)
  })

  it('in half, where a long body is cut', async () => {
    for (const before of [10, 5, 1]) {
      const { http, exchanges } = connect()
      await http.post('x', { body: 'x'.repeat(capturedBytesMax - before) + clientSecret })
      expect(JSON.stringify(exchanges)).not.toContain('xwhsec')
      expect(JSON.stringify(exchanges)).not.toContain('xw')
    }
  })
})

it('keeps 256 kB a side and says how long the body was', async () => {
  const { http, exchanges } = connect()
  await http.post('x', { body: 'é'.repeat(300_000) })
  const [exchange] = exchanges
  expect(exchange?.requestBody).toMatchObject({ bytes: 600_000, isCut: true })
  expect(Buffer.byteLength(exchange?.requestBody?.text ?? '')).toBe(capturedBytesMax)
})

it('keeps no body that is not text', async () => {
  const { http, exchanges } = connect()
  await http.post('x', { body: Buffer.from([0xff, 0xfe, 0x00, 0x80]) })
  expect(exchanges[0]?.requestBody).toEqual({ text: '', bytes: 4, isCut: false })
})

it('leaves everything else readable', async () => {
  const { http, exchanges } = connect()
  const said = { author: 'Ann', keyword: 'shoes', 'idempotency-key': 'dlv_1', webhook: 'v1,signature' }
  await http.post('x', { json: said, headers: { 'webhook-signature': 'v1,abc', 'idempotency-key': 'dlv_1' } })
  expect(exchanges[0]?.requestBody?.text).toBe(JSON.stringify(said))
  expect(exchanges[0]?.requestHeaders).toMatchObject({
    'webhook-signature': 'v1,abc',
    'idempotency-key': 'dlv_1',
  })
})

/** Every spelling in which the key could still be read, and any piece of one that is long enough to matter. */
function tracesOf(key: string): string[] {
  const base64 = Buffer.from(key).toString('base64').replaceAll('=', '')
  return [
    key,
    encodeURIComponent(key),
    JSON.stringify(key).slice(1, -1),
    Buffer.from(key).toString('hex'),
    base64.slice(0, 12),
    base64.slice(4),
    key.slice(4, 12),
  ]
}
