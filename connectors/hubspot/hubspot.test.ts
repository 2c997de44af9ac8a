import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readHook } from '#sdk'
import { answerOf, connectorContract, hookOf } from '#sdk/testing'
import hubspot from './index.ts'

connectorContract(hubspot, import.meta.dirname)

const auth = {
  accessToken: 'pat-na1-x',
  clientSecret: 'shared-with-hubspot',
  workflowCheck: 'signature',
  workflowKeyName: 'x',
}
const receivedAt = new Date('2026-11-02T10:00:00Z')
const body = JSON.stringify([
  {
    eventId: 1,
    subscriptionId: 2,
    occurredAt: receivedAt.getTime(),
    subscriptionType: 'contact.creation',
    objectId: 3,
  },
])
const timestamp = String(receivedAt.getTime())

const v1 = createHash('sha256')
  .update(auth.clientSecret + body)
  .digest('hex')
const v3Over = (url: string) =>
  createHmac('sha256', auth.clientSecret).update(`POST${url}${body}${timestamp}`).digest('base64')

function read(
  headers: Record<string, string>,
  { url, credentials = auth }: { url?: string; credentials?: object } = {},
) {
  return readHook(hubspot, hookOf({ headers, body, receivedAt, ...(url ? { url } : {}) }), [credentials])
}

describe('HubSpot’s signatures', () => {
  it('gives a wrong v3 signature no second chance by a right v1', () => {
    const headers = {
      'x-hubspot-signature-v3': v3Over('https://elsewhere.example'),
      'x-hubspot-request-timestamp': timestamp,
    }
    expect(read({ ...headers, 'x-hubspot-signature': v1 })).toEqual({
      outcome: 'refused',
      inbound: 'events',
      reason: { code: 'signature_mismatch' },
    })
  })

  it('prefers v3 where an app sends both', () => {
    const headers = {
      'x-hubspot-signature-v3': v3Over('https://hub.example.org/hooks/k3y'),
      'x-hubspot-request-timestamp': timestamp,
    }
    expect(read({ ...headers, 'x-hubspot-signature': 'not even a hash' })).toMatchObject({
      outcome: 'read',
      inbound: 'events',
    })
  })

  it('accepts an address of which HubSpot undid the escapes before signing', () => {
    const headers = {
      'x-hubspot-signature-v3': v3Over('https://hub.example.org/hooks/k3y?tag=a:b@c'),
      'x-hubspot-request-timestamp': timestamp,
    }
    expect(read(headers, { url: 'https://hub.example.org/hooks/k3y?tag=a%3Ab%40c' }).outcome).toBe('read')
  })

  it('refuses what carries no signature at all', () => {
    expect(read({})).toMatchObject({ outcome: 'refused', reason: { code: 'signature_missing' } })
  })

  it('says that the client secret is missing instead of accepting everything', () => {
    const { clientSecret: _, ...without } = auth
    expect(read({ 'x-hubspot-signature': v1 }, { credentials: without })).toMatchObject({
      outcome: 'refused',
      reason: { code: 'secret_missing' },
    })
  })

  it('takes no app event through the door that was opened for unsigned workflows', () => {
    const reading = read({}, { credentials: { ...auth, workflowCheck: 'none' } })
    expect(reading).toMatchObject({ outcome: 'read', items: [{ ok: false }] })
  })
})

describe('a HubSpot workflow', () => {
  const enrol = (at: string) => {
    const signed = createHash('sha256')
      .update(`${auth.clientSecret}POSThttps://hub.example.org/hooks/k3y{"email":"a@example.org"}`)
      .digest('hex')
    const headers = { 'x-hubspot-signature': signed, 'x-hubspot-signature-version': 'v2' }
    return readHook(
      hubspot,
      hookOf({ headers, body: '{"email":"a@example.org"}', receivedAt: new Date(at) }),
      [auth],
    )
  }
  const keyOf = (at: string) => {
    const reading = enrol(at)
    return reading.outcome === 'read' && reading.items[0]?.ok ? reading.items[0].dedupeKey : reading.outcome
  }

  it('counts a second try within a minute once', () => {
    expect(keyOf('2026-11-02T10:01:00Z')).toBe(keyOf('2026-11-02T10:02:00Z'))
  })

  it('counts a person who enrols again later as a second time', () => {
    expect(keyOf('2026-11-02T10:01:00Z')).not.toBe(keyOf('2026-11-02T12:01:00Z'))
  })
})

describe('HubSpot’s answers', () => {
  const answer = (status: number, text: string) => answerOf(text, { status })

  it('finds the refusal inside an answer that says 207', () => {
    const inside = JSON.stringify({
      results: [],
      errors: [{ category: 'VALIDATION_ERROR', message: 'Email is invalid' }],
    })
    expect(hubspot.explain?.(answer(207, inside))).toEqual({
      class: 'fix_mapping',
      message: 'Email is invalid',
    })
  })

  it('lets a whole success be a success', () => {
    expect(hubspot.explain?.(answer(200, '{"results":[{"id":"1"}]}'))).toBeUndefined()
  })
})
