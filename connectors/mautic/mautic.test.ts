import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HttpStatusError, readHook } from '#sdk'
import { answerOf, connectorContract, hookOf } from '#sdk/testing'
import mautic from './index.ts'

connectorContract(mautic, import.meta.dirname)

const auth = mautic.auth.fields.parse({
  baseUrl: 'https://mautic.example.org',
  userName: 'u',
  password: 'p',
  webhookSecret: 'secret-of-the-webhook',
  campaignToken: 'a-token-of-the-campaign',
})
const origin = { 'x-origin-base-url': 'https://mautic.example.org' }
const token = { 'x-switchyard-token': 'a-token-of-the-campaign' }
const signed = (body: string) => createHmac('sha256', 'secret-of-the-webhook').update(body).digest('base64')

function read(body: string, headers: Record<string, string>, credentials: unknown = auth) {
  const type = { 'content-type': 'application/json' }
  return readHook(mautic, hookOf({ headers: { ...type, ...headers }, body }), [credentials])
}

describe('Mautic’s two senders', () => {
  const body = '{"mautic.lead_post_save_new":[{"contact":{"id":1},"timestamp":"2026-11-02T10:00:00+00:00"}]}'

  it('a webhook with a wrong signature does not get in by the campaign’s door', () => {
    expect(read(body, { ...origin, ...token, 'webhook-signature': 'd3Jvbmc=' })).toEqual({
      outcome: 'refused',
      inbound: 'webhook',
      reason: { code: 'signature_mismatch' },
    })
  })

  it('a webhook that Mautic made without a secret is refused', () => {
    expect(read(body, origin)).toMatchObject({ inbound: 'webhook', reason: { code: 'signature_missing' } })
    expect(read(body, { ...origin, 'webhook-signature': '' })).toMatchObject({
      reason: { code: 'signature_missing' },
    })
  })

  it('a signature counts over the bytes as they came, and not over what they mean', () => {
    const escaped = body.replace('{"id":1}', '{"id":1,"site":"https:\\/\\/lumen.example"}')
    const signature = { 'webhook-signature': signed(escaped) }
    expect(read(escaped, signature).outcome).toBe('read')
    expect(read(JSON.stringify(JSON.parse(escaped)), signature).outcome).toBe('refused')
  })

  it('says that a secret is missing instead of accepting everything', () => {
    const { webhookSecret: _, campaignToken: __, ...without } = auth as Record<string, unknown>
    expect(read(body, { 'webhook-signature': signed(body) }, without)).toMatchObject({
      reason: { code: 'secret_missing' },
    })
    expect(read('{"email":"a@example.org"}', {}, without)).toMatchObject({
      inbound: 'campaign',
      reason: { code: 'secret_missing' },
    })
  })

  it('what a campaign sends cannot pass for something that happened to a contact', () => {
    expect(read(body, token)).toMatchObject({ items: [{ events: [{ name: 'custom.event' }] }] })
  })

  it('a campaign is answered as it wants to be, or it would send everything again', () => {
    const campaign = mautic.inbound.find(({ id }) => id === 'campaign')
    expect(campaign?.reply?.(hookOf({}), auth)).toEqual({ status: 200 })
  })
})

describe('a fact of Mautic’s', () => {
  const fact = (timestamp: string, points: number) =>
    `{"contact":{"id":1},"points":{"old_points":0,"new_points":${points}},"timestamp":"${timestamp}"}`
  const at = '2026-11-02T10:00:00+00:00'
  const keysOf = (...facts: string[]) => {
    const body = `{"mautic.lead_points_change":[${facts.join(',')}]}`
    const reading = read(body, { 'webhook-signature': signed(body) })
    return reading.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.dedupeKey : '')) : []
  }

  it('has one name in whatever company the queue sends it again', () => {
    expect(keysOf(fact(at, 5))[0]).toBe(keysOf(fact('2026-11-02T09:00:00+00:00', 1), fact(at, 5))[1])
  })

  it('has another name than one of the same second that says something else', () => {
    const [one, other] = keysOf(fact(at, 5), fact(at, 9))
    expect(one).not.toBe(other)
  })
})

describe('how the hub signs in at Mautic', () => {
  const base = { baseUrl: 'https://mautic.example.org/api/', clientId: 'k', clientSecret: 's' }

  it('takes a password, a person who agrees, or an application’s own keys', () => {
    expect(mautic.auth.token?.(auth)).toBeUndefined()
    expect(mautic.auth.token?.(mautic.auth.fields.parse({ ...base, signIn: 'oauth2' }))).toMatchObject({
      kind: 'authorization_code',
      authorizationUrl: 'https://mautic.example.org/oauth/v2/authorize',
      clientAuthentication: 'body',
      authorizationParams: { grant_type: 'authorization_code' },
    })
    expect(
      mautic.auth.token?.(mautic.auth.fields.parse({ ...base, signIn: 'client_credentials' })),
    ).toMatchObject({ kind: 'client_credentials', tokenUrl: 'https://mautic.example.org/oauth/v2/token' })
  })

  it('says which field is missing for the chosen way', () => {
    const parsed = mautic.auth.fields.safeParse({ ...base, signIn: 'basic', userName: 'u' })
    expect(parsed.error?.issues).toMatchObject([
      { path: ['password'], message: 'is needed for this way of signing in' },
    ])
  })
})

describe('Mautic’s answers', () => {
  const answer = (text: string, type?: string) => answerOf(text, { type })

  it('that say 200 with an error inside are failures, and its code says whose', () => {
    const inside = (code: number) => mautic.explain?.(answer(`{"errors":[{"code":${code},"message":"No."}]}`))
    expect(inside(400)).toEqual({ class: 'fix_mapping', message: 'No.' })
    expect(inside(403)).toEqual({ class: 'fix_connection', message: 'No.' })
    expect(inside(503)).toMatchObject({ class: 'retry' })
    expect(mautic.explain?.(answer('{"error":"invalid_grant","error_description":"Old."}'))).toMatchObject({
      message: 'Old.',
    })
  })

  it('that are a page mean that the address is wrong', () => {
    expect(mautic.explain?.(answer('<!doctype html>', 'text/html; charset=UTF-8'))).toMatchObject({
      class: 'fix_connection',
    })
  })

  it.each([
    ['text/html', '<h1>Not Found</h1>'],
    [
      'application/json',
      '{"errors":[{"message":"Requested URL not found: /api/contacts/new","code":404,"type":null}]}',
    ],
    [
      'application/json',
      '{"errors":[{"message":"No route found for \\"POST /api/contacts/new\\"","code":404,"type":null}]}',
    ],
  ])('that there is no API at the address let what is to be sent wait for it (%s: %s)', (type, body) => {
    const url = 'https://mautic.example.org/api/contacts/new'
    const headers = { 'content-type': type }
    const answered = new HttpStatusError({
      method: 'POST',
      url,
      status: 404,
      headers,
      body,
      mayHaveLeft: false,
    })
    expect(mautic.explain?.(answered)).toMatchObject({
      class: 'fix_connection',
      message: expect.stringContaining('cache'),
    })
  })

  it('that are a whole success stay one', () => {
    expect(mautic.explain?.(answer('{"contact":{"id":1}}'))).toBeUndefined()
    expect(mautic.explain?.(answer('{"total":0,"contacts":[],"errors":[]}'))).toBeUndefined()
  })
})
