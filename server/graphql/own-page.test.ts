import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { isFromOwnPage } from './own-page.ts'
import { personWithRole } from './testing/person-with-role.ts'

/** A request, and where a browser says that it comes from. */
interface Sent {
  from: string
  headers: Record<string, string>
}

let hub: TestHub
let cookie: string

beforeAll(async () => {
  hub = await startTestHub({ PUBLIC_URL: 'https://hub.example.com' })
  const [workspace] = await hub.deps.workspaces.all()
  const person = await personWithRole(hub, workspace!.id, 'owner')
  cookie = `__Host-${person.cookie}`
})
afterAll(() => hub.close())

const post = (
  headers: Record<string, string>,
  query = 'mutation { changeName(name: "Mallory") { __typename } }',
) =>
  fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, ...headers },
    body: JSON.stringify({ query }),
  })

describe('a request with the cookie of somebody who has signed in', () => {
  it.each<Sent>([
    {
      from: 'a page of another site',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    },
    {
      from: 'a page of a neighbour under the same domain',
      headers: { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' },
    },
    { from: 'a page of another site, said by Origin alone', headers: { origin: 'https://evil.example' } },
    { from: 'a page that hides where it is', headers: { origin: 'null' } },
    { from: 'a page of another port', headers: { origin: 'https://hub.example.com:8443' } },
  ])('changes nothing when it comes from $from', async ({ headers }) => {
    const answer = await post(headers)
    expect(answer.status).toBe(403)
    expect((await answer.json()).errors[0].extensions.code).toBe('cross_site')
  })

  it.each<Sent>([
    {
      from: 'a page of ours',
      headers: { 'sec-fetch-site': 'same-origin', origin: 'https://hub.example.com' },
    },
    { from: 'a page of ours, said by Origin alone', headers: { origin: 'https://hub.example.com' } },
    { from: 'a program that says nothing, as JSON', headers: {} },
  ])('is carried out when it comes from $from', async ({ headers }) => {
    const answer = await post(headers, '{ me { role } }')
    expect((await answer.json()).data).toEqual({ me: { role: 'owner' } })
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is not taken as %s, which forms of any page can send',
    async (type) => {
      expect((await post({ 'content-type': type })).status).toBe(415)
    },
  )

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example' },
    {},
  ])('opens no stream and reads nothing by an address alone: %j', async (headers) => {
    for (const accept of ['text/event-stream', 'application/json']) {
      const query = encodeURIComponent(
        accept.includes('stream') ? 'subscription { live { id } }' : '{ me { role } }',
      )
      const answer = await fetch(`${hub.url}/graphql?query=${query}`, {
        headers: { cookie, accept, ...(headers as Record<string, string>) },
      })
      expect(answer.status).toBe(403)
    }
  })

  it('gets no leave for other pages to read the answer', async () => {
    const preflight = await fetch(`${hub.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    const answer = await post({ 'sec-fetch-site': 'same-origin' }, '{ me { role } }')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('carries its cookie over https alone, bound to this name, where people come over https', async () => {
    const answer = await post({}, 'mutation { signOut { __typename } }')
    expect(answer.headers.getSetCookie()).toEqual([
      '__Host-switchyard_session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    ])
  })
})

it('takes the address that it was called by for its own too, as when the hub is tried out without PUBLIC_URL', () => {
  const request = {
    method: 'POST',
    url: 'http://192.168.1.5:4000/graphql',
    headers: new Headers({ origin: 'http://192.168.1.5:4000' }),
  }
  expect(isFromOwnPage(request, 'http://127.0.0.1:4000')).toBe(true)
})

/** What is answered to somebody who announces a body and sends none of it. */
async function firstWords(bytes: number, header: string): Promise<string> {
  const { hostname, port } = new URL(hub.url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n${header}\r\ncontent-length: ${bytes}\r\n\r\n`,
  )
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  return chunk.toString().split('\r\n')[0]!
}

describe('a stranger', () => {
  const send = (body: string | ReadableStream) =>
    fetch(`${hub.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      ...(typeof body === 'string' ? {} : { duplex: 'half' }),
    } as RequestInit)

  it('cannot make the hub read megabytes, announced or not', async () => {
    const long = JSON.stringify({ query: '{ me { id } }', variables: { x: 'x'.repeat(20_000) } })
    expect((await send(long)).status).toBe(413)
    expect((await send(new Blob([long]).stream())).status).toBe(413)
    expect((await send('{"query":"{ me { id } }"}')).status).toBe(200)
  })

  it('is told so before the rest of it has come, whatever token or cookie they made up', async () => {
    for (const shown of ['authorization: Bearer swy_made-up', 'cookie: switchyard_session=made-up']) {
      expect(await firstWords(5_000_000, shown)).toContain('413')
    }
    expect(await firstWords(999_999_999, `authorization: Bearer ${hub.adminToken}`)).toContain('413')
  })

  it('leaves nothing in the cache of a browser', async () => {
    const answer = await send('{"query":"{ me { id } }"}')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
