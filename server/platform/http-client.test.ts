import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib'
import { EventEmitter, once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import {
  CredentialsUnfitError,
  ExchangeError,
  HttpStatusError,
  InputRefusedError,
  NetworkError,
  UnreadableAnswerError,
} from '../../connectors/sdk/errors.ts'
import type { CapturedExchange } from './capture.ts'
import { createHttp } from './http-client.ts'
import type { AttemptHttp, HttpClientOptions } from './http-client.ts'
import { openNetwork } from './network.ts'
import { parseAllowedNetworks } from './safe-address.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

type Answer = (request: IncomingMessage & { text: string }, response: ServerResponse) => void

/** A vendor on 127.0.0.2 (or another loopback address) that notes what reaches it. */
async function vendor(answer: Answer, host = '127.0.0.2') {
  const requests: (IncomingMessage & { text: string })[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const seen = Object.assign(request, { text: Buffer.concat(chunks).toString() })
      requests.push(seen)
      answer(seen, response)
    })
  })
  const url = await listen(server, host)
  return { url, requests }
}

async function listen(server: Server | ReturnType<typeof createTcpServer>, host: string) {
  server.listen(0, host)
  await once(server, 'listening')
  cleanups.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.')
  return `http://${host}:${address.port}`
}

function connect(options: Partial<HttpClientOptions> = {}): {
  http: AttemptHttp
  exchanges: CapturedExchange[]
} {
  const network = openNetwork(parseAllowedNetworks('127.0.0.0/8'))
  cleanups.push(() => network.close())
  const exchanges: CapturedExchange[] = []
  return { http: createHttp({ network, secrets: [], exchanges, ...options }), exchanges }
}

async function failureOf(call: Promise<unknown>): Promise<ExchangeError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ExchangeError))
    throw new Error(`Expected an exchange to fail, got ${String(error)}.`)
  return error
}

describe('what a connector sends', () => {
  it('starts every request with the API address and headers of the connection', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect({
      defaults: { prefixUrl: `${url}/v2`, headers: { Authorization: 'Bearer abc' } },
    })
    await http.get('contacts', { query: { email: 'a b@c.d', page: 2, none: undefined } })
    await http.post('/contacts', { json: { first_name: 'Zoë' }, headers: { 'X-Extra': '1' } })

    expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /v2/contacts?email=a+b%40c.d&page=2',
      'POST /v2/contacts',
    ])
    for (const { headers } of requests) {
      expect(headers.authorization).toBe('Bearer abc')
      expect(headers['user-agent']).toMatch(/^Switchyard\/\d+\.\d+\.\d+/)
    }
    expect(requests[1]?.headers['content-type']).toBe('application/json')
    expect(requests[1]?.headers['x-extra']).toBe('1')
    expect(requests[1]?.text).toBe('{"first_name":"Zoë"}')
  })

  it('lets a connection point at another region or a stand-in', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect({ baseUrl: `${url}/eu/`, defaults: { prefixUrl: 'https://api.vendor.example' } })
    await http.put('me', { body: 'x', headers: { 'content-type': 'text/plain' } })
    expect(requests[0]?.url).toBe('/eu/me')
  })

  it('writes nested form fields with brackets', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect({ baseUrl: url })
    await http.post('x', {
      form: { a: { b: 'c d' }, list: ['1', { z: 2 }], gone: undefined, clear: null, yes: true },
    })
    expect(decodeURIComponent(requests[0]?.text ?? '')).toBe(
      'a[b]=c+d&list[0]=1&list[1][z]=2&clear=&yes=true',
    )
    expect(requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  })

  it('leaves the query of a signed address as it is spelled', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect()
    await http.get(`${url}/f?sig=a%20b~%7E&x=1`, { query: { y: 2 } })
    expect(requests[0]?.url).toBe('/f?sig=a%20b~%7E&x=1&y=2')
  })

  it('turns a user name in the address into a header, so that it is written down nowhere', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http, exchanges } = connect()
    await http.post(url.replace('//', '//ann:p%40ss-word@'), { json: {} })
    expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa('ann:p@ss-word')}`)
    expect(JSON.stringify(exchanges)).not.toMatch(/p%40ss|p@ss/)
  })

  it('blames the input, not the connector, for a user name in the address that cannot be read', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect()
    await expect(http.post(url.replace('//', '//a%zz:b@'), { json: {} })).rejects.toThrow(InputRefusedError)
    expect(requests).toHaveLength(0)
  })

  it('refuses a header with a line break in words, before anything is sent', async () => {
    const { http } = connect({ baseUrl: 'https://api.vendor.example' })
    const headers = { 'x-note': 'abc\r\nx: y' }
    await expect(http.get('a', { headers })).rejects.toThrow(InputRefusedError)
    await expect(http.get('a', { headers })).rejects.toThrow('The header "x-note" cannot be sent')
  })

  it('refuses a credential with a line break in words, before anything is sent', async () => {
    const { url, requests } = await vendor((_request, response) => response.end('{}'))
    const { http } = connect({ baseUrl: url, defaults: { headers: { 'x-api-key': 'abc\r\nx: y' } } })
    await expect(http.get('a')).rejects.toThrow(CredentialsUnfitError)
    await expect(http.post('a', { json: {} })).rejects.toThrow(CredentialsUnfitError)
    await expect(http.get('a')).rejects.toThrow('The header "x-api-key" cannot be sent')
    expect(requests).toHaveLength(0)
  })
})

describe('what a connector gets back', () => {
  it('hands over the parsed body straight away, compressed or not', async () => {
    const body = JSON.stringify({ name: 'Ünïcode' })
    const encodings: Record<string, Buffer> = {
      gzip: gzipSync(body),
      br: brotliCompressSync(body),
      deflate: deflateRawSync(body),
      identity: Buffer.from(body),
    }
    const { url } = await vendor(({ url: path = '' }, response) => {
      response.setHeader('content-encoding', path.slice(1))
      response.end(encodings[path.slice(1)])
    })
    const { http } = connect({ baseUrl: url })
    for (const encoding of Object.keys(encodings)) {
      expect(await http.get(encoding).json()).toEqual({ name: 'Ünïcode' })
      expect(await http.post(encoding).json()).toEqual({ name: 'Ünïcode' })
    }
  })

  it('reads the letters of older vendors', async () => {
    const { url } = await vendor((_request, response) => {
      response.setHeader('content-type', 'text/plain; charset=windows-1250')
      response.end(Buffer.from([0xa3, 0xf3, 0x64, 0x9f]))
    })
    const { http } = connect({ baseUrl: url })
    expect(await http.get('x').text()).toBe('Łódź')
  })

  it('says that the answer is not JSON without quoting it', async () => {
    const { url } = await vendor((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<html>token-in-page</html>')
    })
    const { http } = connect({ baseUrl: url })
    const failure = await failureOf(http.post('x').json())
    expect(failure).toBeInstanceOf(UnreadableAnswerError)
    expect(failure.message).toContain('but not with JSON: the body is text/html, 26 bytes')
    expect(failure.mayHaveLeft).toBe(true)
    expect((await failureOf(http.get('x').json())).mayHaveLeft).toBe(false)
  })

  it('throws any other status, and takes an accepted one as an answer', async () => {
    const { url } = await vendor((_request, response) => {
      response.writeHead(404, { 'x-request-id': '7' }).end('{"error":"none"}')
    })
    const { http } = connect({ baseUrl: url })
    expect((await http.get('x', { accept: [404] })).status).toBe(404)
    const failure = await failureOf(http.get('x'))
    expect(failure).toBeInstanceOf(HttpStatusError)
    expect(failure).toMatchObject({ status: 404, method: 'GET', body: '{"error":"none"}' })
    expect(failure).toHaveProperty('headers.x-request-id', '7')
  })

  it('stops reading an answer larger than 5 MB, also one that is small until it is unpacked', async () => {
    const { url } = await vendor(({ url: path }, response) => {
      if (path === '/bomb') {
        response.setHeader('content-encoding', 'gzip')
        response.end(gzipSync(Buffer.alloc(20_000_000)))
      } else response.end(Buffer.alloc(6_000_000))
    })
    const { http } = connect({ baseUrl: url })
    for (const path of ['big', 'bomb']) {
      for (const method of ['GET', 'POST']) {
        const failure = await failureOf(http.request(method, path))
        expect(failure).toBeInstanceOf(UnreadableAnswerError)
        expect(failure.message).toContain('larger than 5 MB')
      }
    }
  })

  it('says what is wrong with a body that is not what its encoding says', async () => {
    const { url } = await vendor((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end('plain')
    })
    const { http } = connect({ baseUrl: url })
    expect(await failureOf(http.get('x'))).toBeInstanceOf(UnreadableAnswerError)
  })
})

describe('redirects', () => {
  it('follows three on a read, shows each hop, and leaves credentials with the origin they were meant for', async () => {
    const other = await vendor((_request, response) => response.end('"there"'), '127.0.0.3')
    const { url, requests } = await vendor(({ url: path }, response) => {
      const next: Record<string, string> = { '/a': '/b', '/b': '/c', '/c': `${other.url}/d` }
      response.writeHead(302, { location: next[path ?? ''] }).end()
    })
    const { http, exchanges } = connect({
      baseUrl: url,
      defaults: { headers: { authorization: 'Bearer secret-1', 'x-api-key': 'secret-2', 'x-vendor': '3' } },
    })
    expect(await http.get('a').json()).toBe('there')

    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer secret-1'))
    const stranger = other.requests[0]?.headers
    expect(stranger).not.toHaveProperty('authorization')
    expect(stranger).not.toHaveProperty('x-api-key')
    expect(stranger).not.toHaveProperty('x-vendor')
    expect(exchanges.map(({ url: seen, status }) => [new URL(seen).pathname, status])).toEqual([
      ['/a', 302],
      ['/b', 302],
      ['/c', 302],
      ['/d', 200],
    ])
  })

  it('takes the fourth redirect as the answer', async () => {
    const { url, requests } = await vendor((_request, response) =>
      response.writeHead(302, { location: '/' }).end(),
    )
    const { http, exchanges } = connect({ baseUrl: url })
    expect(await failureOf(http.get('a'))).toMatchObject({ code: 'http_status', status: 302 })
    expect(requests).toHaveLength(4)
    expect(exchanges).toHaveLength(4)
  })

  it('never follows one on a write', async () => {
    const { url, requests } = await vendor((_request, response) =>
      response.writeHead(307, { location: '/b' }).end(),
    )
    const { http } = connect({ baseUrl: url })
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const failure = await failureOf(http.request(method, 'a', { json: {} }))
      expect(failure).toMatchObject({ code: 'http_status', status: 307, mayHaveLeft: false })
    }
    expect(requests).toHaveLength(4)
  })

  it('refuses a redirect to something that is not the web', async () => {
    const { url } = await vendor((_request, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    )
    const { http } = connect({ baseUrl: url })
    expect((await failureOf(http.get('a'))).code).toBe('address_refused')
  })
})

describe('whether a write may have left', () => {
  it('is certain that it has not where no connection came about', async () => {
    const network = openNetwork(parseAllowedNetworks('127.0.0.0/8'), (_host, answer) =>
      answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []),
    )
    cleanups.push(() => network.close())
    const { http } = connect({ network })
    const unknownName = await failureOf(http.post('http://nowhere.example/x', { json: {} }))
    expect(unknownName).toBeInstanceOf(NetworkError)
    expect(unknownName.message).toContain('the name does not exist (ENOTFOUND)')
    const nobody = await failureOf(
      http.post('http://127.0.0.2:1/people/eva@example.org?fields=phone', { json: {} }),
    )
    expect(nobody.message).toBe('No answer from 127.0.0.2:1: nothing listens there (ECONNREFUSED).')
    const refused = await failureOf(http.post('http://10.0.0.1/x', { json: {} }))
    expect([unknownName, nobody, refused].map(({ mayHaveLeft }) => mayHaveLeft)).toEqual([
      false,
      false,
      false,
    ])
    expect(http.mayHaveWritten).toBe(false)
  })

  it('is in doubt where the connection breaks, time runs out or the vendor breaks down', async () => {
    const { url } = await vendor(({ url: path }, response) => {
      if (path === '/reset') response.socket?.resetAndDestroy()
      else if (path !== '/silent') response.writeHead(Number(path?.slice(1))).end()
    })
    for (const path of ['reset', 'silent', '500', '502', '503', '504', '408', '303']) {
      const { http } = connect({ baseUrl: url })
      const failure = await failureOf(
        http.post(path, { json: {}, timeoutMs: path === 'silent' ? 60 : 20_000 }),
      )
      expect({ path, mayHaveLeft: failure.mayHaveLeft }).toEqual({ path, mayHaveLeft: true })
      expect(http.mayHaveWritten).toBe(true)
    }
  })

  it('is certain that a refused one was not carried out', async () => {
    const { url } = await vendor(({ url: path }, response) =>
      response.writeHead(Number(path?.slice(1))).end(),
    )
    const { http } = connect({ baseUrl: url })
    for (const status of [301, 302, 308, 400, 401, 403, 404, 409, 410, 422, 425, 429, 501, 505]) {
      const failure = await failureOf(http.post(`${status}`, { json: {} }))
      expect({ status, mayHaveLeft: failure.mayHaveLeft }).toEqual({ status, mayHaveLeft: false })
    }
    expect(http.mayHaveWritten).toBe(false)
  })

  it('does not count a search by POST', async () => {
    const { url } = await vendor((_request, response) => response.writeHead(503).end())
    const { http } = connect({ baseUrl: url })
    expect((await failureOf(http.post('search', { json: {}, reads: true }))).mayHaveLeft).toBe(false)
    expect((await failureOf(http.get('search'))).mayHaveLeft).toBe(false)
    expect(http.mayHaveWritten).toBe(false)
  })

  it('remembers a first write when the second one is refused', async () => {
    const { url } = await vendor(({ url: path }, response) =>
      response.writeHead(path === '/1' ? 201 : 429).end(),
    )
    const { http } = connect({ baseUrl: url })
    await http.post('1', { json: {} })
    expect((await failureOf(http.post('2', { json: {} }))).mayHaveLeft).toBe(false)
    expect(http.mayHaveWritten).toBe(true)
  })

  it('is certain that it has not left while it waits for a socket', async () => {
    // A server that takes connections and never answers keeps every socket of the origin busy.
    const lines: string[] = []
    const seen = new EventEmitter()
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        const [line = ''] = chunk.toString().split('\r\n')
        lines.push(line)
        seen.emit(line)
      })
    })
    const url = await listen(server, '127.0.0.2')
    const stop = new AbortController()
    const end = new AbortController()
    const network = openNetwork(parseAllowedNetworks('127.0.0.0/8'))
    cleanups.push(() => network.close())
    const { http } = connect({ network, baseUrl: url, signal: stop.signal })
    const busy = Array.from({ length: 256 }, () => failureOf(http.post('busy', { json: {} })))
    const waiting = await failureOf(http.post('waiting', { json: {}, timeoutMs: 150 }))
    expect(waiting.mayHaveLeft).toBe(false)

    // And it has not left afterwards either, when sockets become free: what was asked for later has passed it.
    const later = once(seen, 'POST /later HTTP/1.1')
    const last = failureOf(
      createHttp({ network, baseUrl: url, secrets: [], exchanges: [], signal: end.signal }).post('later'),
    )
    stop.abort()
    await Promise.all([...busy, later])
    expect(lines).not.toContain('POST /waiting HTTP/1.1')
    end.abort()
    await last
  })
})

describe('an exchange that is ended from within', () => {
  it('stops when the attempt is stopped, on reads and on writes', async () => {
    const { url } = await vendor(() => stop.abort())
    let stop = new AbortController()
    for (const method of ['GET', 'POST']) {
      stop = new AbortController()
      const { http } = connect({ baseUrl: url, signal: stop.signal })
      const failure = await failureOf(http.request(method, 'x'))
      expect(failure.message).toContain('the attempt was stopped from within the hub')
      expect(failure.mayHaveLeft).toBe(method === 'POST')
    }
  })

  it('sends nothing once the attempt has been stopped', async () => {
    const { url, requests } = await vendor((_request, response) => response.end())
    const { http } = connect({ baseUrl: url, signal: AbortSignal.abort() })
    for (const method of ['GET', 'POST']) {
      expect((await failureOf(http.request(method, 'x'))).mayHaveLeft).toBe(false)
    }
    expect(requests).toHaveLength(0)
  })

  it('bounds the whole exchange, also an answer that trickles', async () => {
    const { url } = await vendor((_request, response) => {
      const timer = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(timer))
    })
    const { http } = connect({ baseUrl: url })
    for (const method of ['GET', 'POST']) {
      const failure = await failureOf(http.request(method, 'x', { timeoutMs: 100 }))
      expect(failure).toBeInstanceOf(NetworkError)
      expect(failure.message).toContain('it took longer than 100 ms')
    }
  })
})

it('keeps sockets open between requests', async () => {
  const { url, requests } = await vendor((_request, response) => response.end('{}'))
  const { http } = connect({ baseUrl: url })
  for (const method of ['GET', 'POST']) {
    for (let count = 0; count < 10; count++) await http.request(method, 'x')
  }
  expect(requests).toHaveLength(20)
  // One for the reads; the writes take turns between two, because one is still being put back when the next goes out.
  expect(new Set(requests.map(({ socket }) => socket)).size).toBeLessThanOrEqual(3)
})
