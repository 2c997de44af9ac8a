import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made, postContact } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { workspaceDeps } from '../deps.ts'
import { addCredentials } from './add-credentials.ts'
import { credentialsContext } from './connection-directory.ts'
import { readTicket } from './offer-hook-address.ts'
import { hookUrlOf } from './hook-key.ts'
import { rotateConnectionSecret } from './rotate-connection-secret.ts'
import { rotateHookKey } from './rotate-hook-key.ts'

let api: Api

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const hmacSettings = { incomingCheck: 'hmac', incomingSecret: 'first-secret-of-all' }

function create(credentials: unknown, more = '') {
  return api.ops(
    `mutation ($credentials: JSON!) {
      createConnection(connectorId: "webhook", name: "Shop", credentials: $credentials ${more}) {
        __typename
        ... on Connection { id hookUrl settings secretsSet limits { requests perMs } apiUrl }
        ... on InputInvalid { message problems { path message } }
      }
    }`,
    { credentials },
  )
}

function post(url: string, secret: string, id: string): Promise<number> {
  const body = JSON.stringify({ id, type: 'contact.created', contact: { email: `${id}@example.com` } })
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-signature': signature }
  return fetch(url, { method: 'POST', body, headers }).then(({ status }) => status)
}

describe('a connection', () => {
  it('is not made with a secret under a name that its form does not have: nothing would be checked with it', async () => {
    const { data } = await api.ops(
      `mutation { createConnection(connectorId: "webhook", name: "Shop", credentials: { signing_secret: "whsec_x" }) {
        ... on InputInvalid { problems { path message } }
      } }`,
    )
    expect(data.createConnection.problems).toEqual([
      { path: 'credentials.signing_secret', message: expect.stringContaining('signingSecret') },
    ])
  })

  it.each([
    ['stripe', { signingSecret: 'pasted from the wrong place' }, 'signingSecret', 'whsec_'],
    ['hubspot', {}, 'accessToken', 'is missing'],
  ])('is not made with what its form does not take: %s', async (vendor, credentials, field, said) => {
    const { data } = await api.ops(
      `mutation ($vendor: String!, $credentials: JSON!) {
        createConnection(connectorId: $vendor, name: "Shop", credentials: $credentials) {
          ... on InputInvalid { problems { path message } }
        }
      }`,
      { vendor, credentials },
    )
    expect(data.createConnection.problems).toEqual([
      { path: `credentials.${field}`, message: expect.stringContaining(said) },
    ])
  })

  it('never shows a secret again, only that it is there', async () => {
    const { data } = await create(hmacSettings)
    expect(data.createConnection).toMatchObject({
      settings: { incomingCheck: 'hmac' },
      secretsSet: ['incomingSecret'],
    })
    expect(JSON.stringify(data)).not.toContain('first-secret')
  })

  it('can have its address before it is made, once and in its own workspace alone', async () => {
    const offered = await api.ops('{ newHookAddress { hookUrl ticket } }')
    const { hookUrl, ticket } = offered.data.newHookAddress
    expect(await post(hookUrl, '', 'too-early')).toBe(404)

    const first = await create({}, `hookTicket: "${ticket}"`)
    expect(first.data.createConnection.hookUrl).toBe(hookUrl)
    expect(await post(hookUrl, '', 'in-time')).toBe(202)

    const again = await create({}, `hookTicket: "${ticket}"`)
    expect(again.data.createConnection.problems).toEqual([expect.objectContaining({ path: 'hookTicket' })])
    const madeUp = await create({}, `hookTicket: "${ticket.slice(0, -4)}AAAA"`)
    expect(madeUp.data.createConnection.problems).toEqual([expect.objectContaining({ path: 'hookTicket' })])
    const elsewhere = { ...api.hub.deps, hub: api.hub.deps, workspaceId: 'wsp_other' }
    expect(() => readTicket(elsewhere, ticket)).toThrow('cannot be used')
  })

  it('is refused with every problem of its credentials at once, by field', async () => {
    const { data } = await create({ incomingCheck: 'guess', toleranceSeconds: -1 })
    expect(data.createConnection.__typename).toBe('InputInvalid')
    expect(data.createConnection.problems.map(({ path }: { path: string }) => path)).toEqual([
      'credentials.incomingCheck',
      'credentials.toleranceSeconds',
    ])
  })

  it.each([
    ['incomingSecret', { incomingCheck: 'hmac', incomingSecret: 'my-own-secret', hmacSecretEncoding: 'hex' }],
    ['incomingSecret', { incomingCheck: 'standard_webhooks', incomingSecret: 'whsec_A' }],
    ['signingSecret', { signingSecret: 'not base64!' }],
  ])('is not made with a secret that is none of its kind: %s', async (field, credentials) => {
    const { data } = await create(credentials)
    expect(data.createConnection.problems).toEqual([
      { path: `credentials.${field}`, message: expect.stringContaining('Copy it again') },
    ])
  })

  it('works with a secret that was pasted with the blanks and line ends around it, at first and when it is changed', async () => {
    const { data } = await create({ incomingCheck: 'hmac', incomingSecret: ' first-secret-of-all\u00a0\r\n' })
    const { id, hookUrl } = data.createConnection
    expect(await post(hookUrl, 'first-secret-of-all', 'pasted-1')).toBe(202)
    await made(
      api.ops,
      `mutation { rotateConnectionSecret(id: "${id}", credentials: { incomingSecret: "second-secret \\n" }) { ... on Connection { id } } }`,
    )
    expect(await post(hookUrl, 'second-secret', 'pasted-2')).toBe(202)
  })

  it('keeps the blanks of a password, which a person made up, and drops a line end behind it', async () => {
    const typed = { incomingCheck: 'basic', incomingUser: 'shop', incomingSecret: ' open sesame \n' }
    const { data } = await create(typed)
    const send = async (password: string) => {
      const authorization = `Basic ${Buffer.from(`shop:${password}`).toString('base64')}`
      const answer = await fetch(data.createConnection.hookUrl, {
        method: 'POST',
        body: '{}',
        headers: { authorization },
      })
      return answer.status
    }
    expect(await send(' open sesame ')).toBe(202)
    expect(await send('open sesame')).toBe(401)
  })

  it.each([
    ['ftp://example.com', 'https://'],
    ['https://user:pass@example.com', 'fields for them'],
    ['https://example.com/?q=1', 'query'],
    ['example.com', 'https://'],
  ])('does not take %s for the address of an API, and says why', async (apiUrl, said) => {
    const { data } = await create({}, `apiUrl: "${apiUrl}"`)
    expect(data.createConnection.problems).toEqual([
      { path: 'apiUrl', message: expect.stringContaining(said) },
    ])
  })

  it.each([
    ['webhook', 'baseUrl', {}],
    ['mautic', 'baseUrl', { userName: 'a', password: 'b' }],
    ['activecampaign', 'accountUrl', { apiKey: 'a' }],
  ])(
    'takes no address with a password in it, and says where that belongs: %s',
    async (vendor, field, others) => {
      const { data } = await api.ops(
        `mutation ($vendor: String!, $credentials: JSON!) {
          createConnection(connectorId: $vendor, name: "Shop", credentials: $credentials) {
            ... on InputInvalid { problems { path message } }
          }
        }`,
        { vendor, credentials: { ...others, [field]: 'https://user:pw@crm.example' } },
      )
      expect(data.createConnection.problems).toEqual([
        { path: `credentials.${field}`, message: expect.stringContaining('fields for them') },
      ])
    },
  )

  it('that has an address with a password in it from earlier days goes on, and can be changed otherwise', async () => {
    const { data } = await create({ outgoingAuth: 'none' })
    const { id } = data.createConnection
    const { connections } = api.hub.deps.storesOf(api.workspaceId)
    const stored = (await connections.find(id))!
    const credentials = JSON.stringify({ baseUrl: 'https://user:pw@crm.example' })
    const sealed = api.hub.deps.vault.seal(credentials, credentialsContext(stored))
    await connections.change(id, { credentials: sealed })
    const changed = await made(
      api.ops,
      `mutation { rotateConnectionSecret(id: "${id}", credentials: { baseUrl: "https://user:pw@crm.example", contactPath: "buyer" }) { ... on Connection { settings } } }`,
    )
    expect(changed.settings).toMatchObject({
      contactPath: 'buyer',
      baseUrl: expect.stringContaining('crm.example'),
    })
  })

  it('takes half of a rate limit for a mistake', async () => {
    const { data } = await create({}, 'limits: { requests: 5 }')
    expect(data.createConnection.message).toContain('belong together')
  })

  it('goes on taking hooks signed with the former secret for a day, and not longer', async () => {
    const { data } = await create(hmacSettings)
    const { id, hookUrl } = data.createConnection
    await made(
      api.ops,
      `mutation { rotateConnectionSecret(id: "${id}", credentials: { incomingSecret: "second-secret" }) {
        ... on Connection { id formerSecretsUntil settings } ... on HubError { code message }
      } }`,
    )
    expect(await post(hookUrl, 'second-secret', 'r1')).toBe(202)
    expect(await post(hookUrl, 'first-secret-of-all', 'r2')).toBe(202)
    expect(await post(hookUrl, 'another', 'r3')).toBe(401)

    const stored = await api.hub.deps.storesOf(api.workspaceId).connections.find(id)
    await api.hub.deps.storesOf(api.workspaceId).connections.change(id, {
      retiredCredentials: stored!.retiredCredentials.map((old) => ({
        ...old,
        until: new Date(Date.now() - 1),
      })),
    })
    await api.hub.deps.config.bump()
    expect(await post(hookUrl, 'first-secret-of-all', 'r4')).toBe(401)
  })

  it('keeps every secret that is changed at one moment, by whomever', async () => {
    const { data } = await create(hmacSettings)
    const { id } = data.createConnection
    const deps = workspaceDeps(api.hub.deps, api.workspaceId)
    const health = { close: async () => undefined }
    await Promise.all([
      rotateConnectionSecret(deps, health, id, { incomingSecret: 'second-secret' }),
      rotateConnectionSecret(deps, health, id, { outgoingSecret: 'another-secret' }),
      addCredentials(api.hub.deps, { id, workspaceId: api.workspaceId }, { signingSecret: 'of-the-vendor' }),
    ])
    const stored = await deps.connections.find(id)
    expect(JSON.parse(deps.vault.open(stored!.credentials, credentialsContext(stored!)))).toEqual({
      incomingCheck: 'hmac',
      incomingSecret: 'second-secret',
      outgoingSecret: 'another-secret',
      signingSecret: 'of-the-vendor',
    })
  })

  it('has a new address after a rotation, while the former one goes on working', async () => {
    const { data } = await create({})
    const { id, hookUrl } = data.createConnection
    const rotated = await made(
      api.ops,
      `mutation { rotateHookKey(id: "${id}") { ... on Connection { id hookUrl formerHookUrlUntil } } }`,
    )
    expect(rotated.hookUrl).not.toBe(hookUrl)
    expect(new Date(rotated.formerHookUrlUntil).getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    expect(await postContact(rotated.hookUrl, 'k1', 'k1@example.com')).toBe(202)
    expect(await postContact(hookUrl, 'k2', 'k2@example.com')).toBe(202)
  })

  it('gives everybody who asks for a new address at the same moment one that works', async () => {
    const { data } = await create({})
    const { id } = data.createConnection
    const deps = workspaceDeps(api.hub.deps, api.workspaceId)
    const rotated = await Promise.all([1, 2, 3].map(() => rotateHookKey(deps, id)))
    for (const [at, connection] of rotated.entries()) {
      expect(await postContact(hookUrlOf(deps, connection), `r${at}`, `r${at}@example.com`)).toBe(202)
    }
  })

  it('keeps what it is not told to change', async () => {
    const { data } = await create(
      {},
      'apiUrl: "https://api.example.com", limits: { requests: 5, perMs: 1000 }',
    )
    const { id } = data.createConnection
    const renamed = await made(
      api.ops,
      `mutation { updateConnection(id: "${id}", name: "Other") { ... on Connection { id name apiUrl limits { requests } } } }`,
    )
    expect(renamed).toMatchObject({
      name: 'Other',
      apiUrl: 'https://api.example.com',
      limits: { requests: 5 },
    })
    const cleared = await made(
      api.ops,
      `mutation { updateConnection(id: "${id}", apiUrl: null, limits: null) { ... on Connection { id apiUrl limits { requests } } } }`,
    )
    expect(cleared).toMatchObject({ apiUrl: null, limits: null })
    const { data: late } = await api.ops(
      `mutation { updateConnection(id: "${id}", name: "Mine", nameSeen: "Shop") { ... on RenamedMeanwhile { nameNow } } }`,
    )
    expect(late).toEqual({ updateConnection: { nameNow: 'Other' } })
  })
})

describe('a connection in use', () => {
  it('holds its deliveries while it is paused, and lets them go when it is resumed', async () => {
    const place = await furnishWorkspace(api.hub, api.owner, 'paused', api.receiver.url)
    await made(
      api.ops,
      `mutation { pauseConnection(id: "${place.connection}") { ... on Connection { id state } } }`,
    )
    const before = api.receiver.received.length
    expect(await postContact(place.hookUrl, 'p2', 'p2@example.com')).toBe(202)
    await api.hub.settled()
    expect(api.receiver.received).toHaveLength(before)
    const waiting = await api.viewer(
      `{ deliveries(filter: { connectionId: "${place.connection}", states: [parked] }) { items { reason { code } } } }`,
    )
    expect(waiting.data.deliveries.items).toEqual([{ reason: { code: 'connection_paused' } }])

    await made(
      api.ops,
      `mutation { resumeConnection(id: "${place.connection}") { ... on Connection { id } } }`,
    )
    await api.hub.settled()
    expect(api.receiver.received).toHaveLength(before + 1)
  })

  it('is not deleted while flows use it, and names them', async () => {
    const place = await furnishWorkspace(api.hub, api.owner, 'used', api.receiver.url)
    const refused = await api.ops(
      `mutation { deleteConnection(id: "${place.connection}") { ... on ConnectionInUse { message flows { id } } } }`,
    )
    expect(refused.data.deleteConnection).toMatchObject({ flows: [{ id: place.flow }] })
    expect(refused.data.deleteConnection.message).toContain('“used flow”')
  })

  it('takes what was waiting with it when it is deleted, and says why', async () => {
    const place = await furnishWorkspace(api.hub, api.owner, 'gone', api.receiver.url)
    await made(
      api.ops,
      `mutation { pauseConnection(id: "${place.connection}") { ... on Connection { id } } }`,
    )
    await postContact(place.hookUrl, 'g2', 'g2@example.com')
    await api.hub.settled()
    await made(api.owner, `mutation { deleteFlow(id: "${place.flow}") { ... on Deleted { id } } }`)
    await made(api.ops, `mutation { deleteConnection(id: "${place.connection}") { ... on Deleted { id } } }`)

    const { data } = await api.viewer(
      `{ deliveries(filter: { connectionId: "${place.connection}", states: [cancelled] }) { items { reason { code } } } }`,
    )
    expect(data.deliveries.items).toEqual([{ reason: { code: 'connection_deleted' } }])
    expect(await postContact(place.hookUrl, 'g3', 'g3@example.com')).toBe(404)
  })
})

describe('checking a connection', () => {
  const check = (id: string) =>
    api.ops(
      `mutation { checkConnection(id: "${id}") {
        ... on ConnectionCheck { ok account reason { code } exchanges { method url requestHeaders status } }
      } }`,
    )

  const stripe = (secretKey: string) =>
    made(
      api.ops,
      `mutation ($credentials: JSON!, $apiUrl: String!) {
        createConnection(connectorId: "stripe", name: "Stripe", credentials: $credentials, apiUrl: $apiUrl) {
          ... on Connection { id } ... on HubError { code message }
        }
      }`,
      { credentials: { signingSecret: 'whsec_x', secretKey }, apiUrl: api.receiver.url },
    )

  it('says whose account it is, shows what was asked, and cuts the key out of it', async () => {
    const { id } = await stripe('sk_test_correct')
    const { data } = await check(id)
    expect(data.checkConnection).toMatchObject({ ok: true, account: 'there-1' })
    expect(data.checkConnection.exchanges).toEqual([
      expect.objectContaining({ method: 'GET', url: `${api.receiver.url}/v1/account`, status: 200 }),
    ])
    expect(JSON.stringify(data)).not.toContain('sk_test_correct')
    expect(api.receiver.received.at(-1)?.headers['authorization']).toBe('Bearer sk_test_correct')
  })

  it('tells what the vendor answered to wrong credentials, as an answer and not as a fault', async () => {
    const { id } = await stripe('sk_test_wrong')
    api.receiver.status = 401
    const { data, errors } = await check(id)
    api.receiver.status = 200
    expect(errors).toBeUndefined()
    expect(data.checkConnection).toMatchObject({ ok: false, reason: { code: 'http_status' } })
  })

  it('does not look inside the network for anybody', async () => {
    const inside = await made(
      api.ops,
      `mutation { createConnection(connectorId: "stripe", name: "Inside", apiUrl: "http://127.0.0.1:1",
        credentials: { signingSecret: "whsec_x", secretKey: "sk_test_x" }) { ... on Connection { id } } }`,
    )
    const { data } = await check(inside.id)
    expect(data.checkConnection).toMatchObject({ ok: false, reason: { code: 'address_refused' } })
  })

  it('closes the breaker and lets what was parked go', async () => {
    const place = await furnishWorkspace(api.hub, api.owner, 'healed', api.receiver.url)
    const { id } = await stripe('sk_test_correct')
    // What a 401 leaves behind, at a connection whose credentials can be tried.
    const { deliveries } = api.hub.deps.storesOf(api.workspaceId)
    const delivered = await deliveries.find(place.delivery)
    await deliveries.add({
      ...delivered!,
      id: 'dlv_parked',
      connectionId: id,
      lane: 'lane-of-parked',
      state: 'parked',
      reason: { code: 'connection_must_be_fixed' },
      updatedAt: new Date(Date.now() - 1_000),
    })
    const health = api.hub.deps.database.connection.collection<{ _id: string }>('destination_health')
    await health.insertOne({ _id: id, breaker: 'open', since: new Date() } as never)
    expect((await open()).map((each) => each.id)).toEqual([id])

    await check(id)
    expect(await open()).toEqual([])
    expect((await deliveries.find('dlv_parked'))?.state).not.toBe('parked')

    async function open(): Promise<{ id: string }[]> {
      const { data } = await api.viewer('{ statistics { openBreakers { id health { isOpen } } } }')
      return data.statistics.openBreakers
    }
  })
})
