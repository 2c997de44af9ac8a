import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGraphqlServer } from './graphql-server.ts'
import { tokenOf } from './testing/ask-api.ts'
import { furnishWorkspace, made, postContact } from './testing/furnish-workspace.ts'
import type { Furnished } from './testing/furnish-workspace.ts'
import { startApi } from './testing/start-api.ts'
import type { Api } from './testing/start-api.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'live', api.receiver.url)
})
afterAll(() => api.close())

interface Change {
  kind: string
  id: string
  receipt: { state: string } | null
  event: { name: string; contact: { email: string } } | null
  delivery: { state: string } | null
}

/** Server-sent events as they come, until `isEnough` or the stream ends. */
async function listen(
  token: string,
  ready: () => Promise<unknown>,
  isEnough: (changes: Change[]) => boolean,
  ask: (url: string, init: RequestInit) => Promise<Response> | Response = fetch,
) {
  const stopping = new AbortController()
  const response = await ask(`${api.hub.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({
      query:
        'subscription { live { kind id receipt { state } event { name contact { email } } delivery { state } } }',
    }),
    signal: stopping.signal,
  })
  const changes: Change[] = []
  let text = ''
  await ready()
  const decoder = new TextDecoder()
  for await (const bytes of response.body!) {
    text += decoder.decode(bytes, { stream: true })
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const line = part.split('\n').find((each) => each.startsWith('data: {'))
      if (line) changes.push(JSON.parse(line.slice(6)).data.live)
    }
    if (isEnough(changes)) break
  }
  stopping.abort()
  return { response, changes }
}

it('tells of a webhook that is refused, so that whoever sets one up sees it at once', async () => {
  const { hookUrl } = await made(
    api.owner,
    `mutation ($credentials: JSON!) {
      createConnection(connectorId: "stripe", name: "Shop", credentials: $credentials) {
        ... on Connection { hookUrl }
      }
    }`,
    { credentials: { signingSecret: 'whsec_of_the_shop' } },
  )
  const { changes } = await listen(
    await tokenOf(api.owner, 'viewer'),
    () => fetch(hookUrl, { method: 'POST', body: '{}', headers: { 'stripe-signature': 't=1,v1=00' } }),
    (seen) => seen.length > 0,
  )
  expect(changes).toEqual([expect.objectContaining({ kind: 'receipt', receipt: { state: 'refused' } })])
})

it('tells what comes in, what it means and what goes out, as it happens', async () => {
  const { response, changes } = await listen(
    await tokenOf(api.owner, 'marketer'),
    () => postContact(place.hookUrl, 'live-2', 'live-2@example.com'),
    (seen) =>
      seen.some(({ delivery }) => delivery?.state === 'delivered') &&
      seen.some(({ kind }) => kind === 'receipt'),
  )
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(changes).toContainEqual(expect.objectContaining({ kind: 'receipt', receipt: { state: 'done' } }))
  expect(changes).toContainEqual(
    expect.objectContaining({
      kind: 'event',
      event: { name: 'contact.created', contact: { email: 'live-2@example.com' } },
    }),
  )
})

it('masks people for viewers here as well', async () => {
  const { changes } = await listen(
    await tokenOf(api.owner, 'viewer'),
    () => postContact(place.hookUrl, 'live-3', 'live-3@example.com'),
    (seen) => seen.some(({ event }) => event),
  )
  expect(changes.find(({ event }) => event)?.event?.contact.email).toBe('l•••@•••')
})

it('tells nobody of another workspace', async () => {
  const watched = api.hub.deps.live.watch('wsp_other')
  await postContact(place.hookUrl, 'live-4', 'live-4@example.com')
  await api.hub.settled()
  api.hub.deps.live.publish({ workspaceId: 'wsp_other', kind: 'event', id: 'evt_marker' })
  expect((await watched.next()).value).toMatchObject({ id: 'evt_marker' })
  await watched.return?.()
})

it('stops listening when its reader has gone', async () => {
  const { live } = api.hub.deps
  const { watch } = live
  let listening = 0
  live.watch = (workspaceId) => {
    const watched = watch(workspaceId)
    listening++
    const { return: end } = watched
    watched.return = (value) => {
      listening--
      return end!.call(watched, value)
    }
    return watched
  }
  await listen(
    await tokenOf(api.owner, 'viewer'),
    () => postContact(place.hookUrl, 'live-5', 'live-5@example.com'),
    (seen) => seen.length > 0,
  )
  await expect.poll(() => listening).toBe(0)
  live.watch = watch
})

it('ends for a token that was revoked meanwhile', async () => {
  const created = await api.owner(
    'mutation { createToken(name: "leaver", role: viewer) { ... on CreatedToken { secret token { id } } } }',
  )
  const { secret, token } = created.data.createToken
  let aheadMs = 0
  const server = createGraphqlServer({
    hub: { ...api.hub.deps, now: () => new Date(Date.now() + aheadMs) },
    adminToken: api.hub.adminToken,
  })
  const { changes } = await listen(
    secret,
    async () => {
      await made(api.owner, `mutation { revokeToken(id: "${token.id}") { ... on Deleted { id } } }`)
      // Tokens are looked at again every half minute.
      aheadMs = 60_000
      await postContact(place.hookUrl, 'live-6', 'live-6@example.com')
    },
    () => false,
    (url, init) => server.fetch(url, init),
  )
  expect(changes).toEqual([])
})
