import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHub } from '../testing/start-test-hub.ts'
import { objectFields } from './testing/write-operation.ts'
import { schema } from './schema.ts'
import type { TestHub } from '../testing/start-test-hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub.close())

const signedIn = (url: string, init: RequestInit = {}) =>
  fetch(url, {
    ...init,
    headers: { authorization: `Bearer ${hub.adminToken}`, ...Object.fromEntries(new Headers(init.headers)) },
  })

describe('GraphQL over HTTP, as its specification wants it', () => {
  it.each(serverAudits({ url: () => `${hub.url}/graphql`, fetchFn: signedIn }))('$name', async ({ fn }) => {
    const result = await fn()
    expect(result.status === 'ok' ? '' : result.reason).toBe('')
  })
})

describe('the API', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    signedIn(`${hub.url}/graphql`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'takes no operation as %s, which a page elsewhere can make a browser send',
    async (type) => {
      const response = await post('{"query":"{__typename}"}', { 'content-type': type })
      expect(response.status).toBe(415)
    },
  )

  it.each([
    { packed: 'snappy', status: 415 },
    { packed: 'gzip', status: 400 },
  ])('says to who packs an operation as $packed that it cannot be unpacked', async ({ packed, status }) => {
    const logged: unknown[] = []
    const { log } = hub.deps
    const { error } = log
    log.error = (line) => void logged.push(line)
    const response = await post('{"query":"{__typename}"}', { 'content-encoding': packed })
    log.error = error
    expect(response.status).toBe(status)
    const { errors } = await response.json()
    expect(errors[0].message).toContain('gzip')
    expect(errors[0].extensions.code).toMatch(/^(media_type_not_supported|bad_request)$/)
    expect(logged).toEqual([])
  })

  it('changes nothing by GET', async () => {
    const query = encodeURIComponent('mutation { createWorkspace(name: "x") { __typename } }')
    const response = await signedIn(`${hub.url}/graphql?query=${query}`)
    expect(response.status).toBe(405)
    expect(await hub.deps.workspaces.all()).toHaveLength(1)
  })

  it('takes one operation at a time', async () => {
    const response = await post('[{"query":"{__typename}"},{"query":"{__typename}"}]')
    expect(response.ok).toBe(false)
  })

  it('shows no page of its own to a browser', async () => {
    const response = await signedIn(`${hub.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type') ?? '').not.toContain('html')
  })

  it('tells a stranger nothing about the schema, whatever they ask', async () => {
    for (const query of [
      '{ __schema { types { name } } }',
      '{ conections { id } }',
      'not graphql at all {',
      '{ me { idd } }',
      '{ me { ... on Flow { id } } }',
      'query ($given: Flo) { me { id } }',
      'fragment known on Connection { secre } { me { id } }',
    ]) {
      const response = await fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({
        errors: [{ message: expect.stringContaining('token'), extensions: { code: 'unauthenticated' } }],
      })
    }
  })

  it('refuses a document that is longer than anybody needs, before it is checked', async () => {
    const query = `{ ${'a:__typename '.repeat(6_000)} }`
    const answer = await (await post(JSON.stringify({ query }))).json()
    expect(answer.errors[0].message).toContain('more that 10000 tokens')
  })

  it('calls a document that nests too deeply too large, and not a fault of ours', async () => {
    const query = `{ ${'a{'.repeat(4_900)}b${'}'.repeat(4_900)} }`
    const answer = await (await post(JSON.stringify({ query }))).json()
    expect(answer.errors[0].extensions.code).toBe('operation_too_large')
  })

  it('counts the brackets behind a block text that has escaped quotes in it', async () => {
    const query = `{ findContact(email: """ \\""" """, x: ${'['.repeat(400)}${']'.repeat(400)}, y: """ """) { id } }`
    const answer = await (await post(JSON.stringify({ query }))).json()
    expect(answer.errors[0].extensions.code).toBe('operation_too_large')
  })

  it('does not count the brackets of a text', async () => {
    const answer = await ask(`{ findContact(email: "${'('.repeat(500)}") { id } }`)
    expect(answer.data).toEqual({ findContact: null })
  })

  it('refuses an operation that would read too much', async () => {
    const answer = await ask(
      '{ events(first: 200) { items { receipt { events { deliveries(first: 200) { items { id } } } } } } }',
    )
    expect(answer.errors[0].extensions.code).toBe('operation_too_large')
  })

  it('counts nothing as less than nothing, whatever number is asked for', async () => {
    const cheap = Array.from(
      { length: 200 },
      (_, nth) => `r${nth}: runsPerDay(days: -100000) { count }`,
    ).join(' ')
    const answer = await ask(
      `{ flows { items { ${cheap} } } events(first: 200) { items { receipt { events { deliveries(first: 200) { items { id } } } } } } }`,
    )
    expect(answer.errors[0].extensions.code).toBe('operation_too_large')
  })

  it('has no field whose cost a number of the caller’s makes less than one', () => {
    const costs = objectFields(schema).flatMap(({ type, field }) => {
      const cost: unknown = field.extensions['complexity']
      if (typeof cost !== 'function') return []
      const args = Object.fromEntries(field.args.map(({ name }) => [name, -100_000]))
      return [{ field: `${type.name}.${field.name}`, cost: cost(args) }]
    })
    expect(costs.map(({ field }) => field)).toContain('Flow.runsPerDay')
    for (const { field, cost } of costs) {
      const parts = typeof cost === 'number' ? [cost] : Object.values(cost)
      expect({ field, least: Math.min(...parts.map(Number)) }).toEqual({ field, least: 1 })
    }
  })

  it('refuses an operation that goes in circles', async () => {
    const inner = 'receipt { events { '.repeat(8)
    const answer = await ask(`{ event(id: "evt_1") { ${inner} id ${'} }'.repeat(8)} } }`)
    expect(answer.errors[0].extensions.code).toBe('operation_too_large')
  })

  it('refuses pages that are too long and cursors that are none, and says so', async () => {
    const long = await ask('{ receipts(first: 201) { count } }')
    expect(long.errors[0]).toMatchObject({ extensions: { code: 'input_invalid' } })
    expect(long.errors[0].message).toContain('between 1 and 200')
    const wrong = await ask('{ receipts(after: "nonsense") { count } }')
    expect(wrong.errors[0].message).toContain('not a cursor')
    // A moment that no date can be.
    const after = Buffer.from('9999999999999999 rcp_1').toString('base64url')
    const beyond = await ask(`{ receipts(after: "${after}") { count } }`)
    expect(beyond.errors[0].message).toContain('not a cursor')
  })

  it('takes no time without its offset', async () => {
    const answer = await ask('{ receipts(filter: { received: { from: "2026-11-22T18:00:00" } }) { count } }')
    expect(answer.errors[0].message).toContain('with its offset')
  })

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-02-01T24:00:00Z',
    '2026-02-01T00:00:00+25:00',
  ])('takes no moment that is in no calendar: %s', async (from) => {
    const answer = await ask(`{ receipts(filter: { received: { from: "${from}" } }) { count } }`)
    expect(answer.errors[0].message).toContain('A moment is written as')
  })

  it('takes the last moment of February', async () => {
    const at = '2028-02-29T23:59:59.999+02:00'
    const answer = await ask(`{ receipts(filter: { received: { from: "${at}" } }) { count } }`)
    expect(answer.data).toEqual({ receipts: { count: 0 } })
  })

  it('shows a fault of ours as a reference number and nothing else', async () => {
    const logged: unknown[] = []
    const { log } = hub.deps
    const { error } = log
    log.error = (line) => void logged.push(line)
    const { all } = hub.deps.workspaces
    hub.deps.workspaces.all = async () => {
      if (new Error().stack?.includes('authenticate')) return all()
      throw new Error('password=hunter2 in mongodb://u:p@db/')
    }
    const answer = await ask('{ workspaces { id } }')
    hub.deps.workspaces.all = all
    log.error = error
    expect(JSON.stringify(answer)).not.toContain('hunter2')
    const { reference } = answer.errors[0].extensions
    expect(answer.errors[0].message).toContain(reference)
    expect(logged).toContainEqual(expect.objectContaining({ stage: 'graphql.failed', reference }))
  })

  it('shows no more of a fault that comes before it is known who asks', async () => {
    const logged: unknown[] = []
    const { log, accounts } = hub.deps
    const { error } = log
    const { findBySecret } = accounts.tokens
    log.error = (line) => void logged.push(line)
    accounts.tokens.findBySecret = () => Promise.reject(new Error('password=hunter2 in mongodb://u:p@db/'))
    const response = await post('{"query":"{ __typename }"}', { authorization: 'Bearer swy_whoever' })
    accounts.tokens.findBySecret = findBySecret
    log.error = error
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('authenticate.ts')
    const { errors } = JSON.parse(text)
    expect(errors).toEqual([
      { message: expect.stringContaining('Reference: '), extensions: { code: 'internal_error' } },
    ])
    expect(logged).toEqual([expect.objectContaining({ stage: 'graphql.failed' })])
  })

  async function ask(query: string) {
    return (await post(JSON.stringify({ query }))).json()
  }
})
