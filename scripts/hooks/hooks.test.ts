import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHook } from '#sdk'
import { connectors } from '../../connectors/registry.ts'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'
import { explain } from '../explain.ts'
import { sendHook } from '../send-hook.ts'
import { fieldsSet } from './credentials.ts'

let folder: string
const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hooks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const hubspotEvent = {
  eventId: 1,
  subscriptionId: 2,
  occurredAt: 1_793_613_597_500,
  subscriptionType: 'contact.creation',
  objectId: 3,
}

describe('npm run explain', () => {
  it('says what a fixture means, checked with the fixture’s own signature', () => {
    expect(explain('stripe', 'webhook.sale', {})).toMatchObject({
      signed_by: 'its sender',
      verdict: { ok: true },
      items: [{ dedupe_key: 'order:cs_test_fx1', events: [{ name: 'order.completed' }] }],
    })
  })

  it('checks a fixture with the secret that was given, rather than with its own', () => {
    expect(explain('stripe', 'webhook.sale', { secret: 'whsec_another' })).toMatchObject({
      verdict: { ok: false, reason: { code: 'signature_mismatch' } },
    })
  })

  it('says so where a connector receives nothing', () => {
    expect(() => explain('smtp', file('a.json', { a: 1 }), {})).toThrow('Email by SMTP receives nothing.')
  })

  it('signs a bare payload by itself, and says so', () => {
    const told = explain('hubspot', file('batch.json', [hubspotEvent]), {})
    expect(told).toMatchObject({
      inbound: 'events',
      verdict: { ok: true },
      items: [{ events: [{ name: 'contact.created' }] }],
    })
    expect(told.signed_by).toContain('this command')
  })

  it('finds the way of posting that a payload fits', () => {
    expect(explain('hubspot', file('contact.json', { email: 'a@example.org' }), {})).toMatchObject({
      inbound: 'workflow',
    })
    const event = { specversion: '1.0', id: '1', source: '/s', type: 'a.b' }
    expect(explain('webhook', file('event.json', event), {})).toMatchObject({ inbound: 'cloudEvents' })
  })

  it('says which poll a request makes due', () => {
    expect(explain('google-sheets', 'script-call.something-changed', {})).toMatchObject({
      items: [{ events: [], makes_due: { poll: 'rows', subject: '' } }],
    })
  })

  it('says why not', () => {
    expect(
      explain('hubspot', file('batch.json', [hubspotEvent]), {
        headers: { 'x-hubspot-signature': 'wrong' },
        secret: 's',
      }),
    ).toMatchObject({
      inbound: 'eventsV1',
      verdict: { ok: false, reason: { code: 'signature_mismatch' } },
    })
    expect(explain('stripe', file('broken.json', '{"a":'), {})).toMatchObject({
      not_understood: { code: 'invalid_json' },
    })
    expect(explain('stripe', file('odd.json', { object: 'event' }), {})).toMatchObject({
      items: [{ not_understood: { code: 'payload_mismatch', data: { field: 'id' } } }],
    })
  })

  it('names what there is, where somebody asks for what there is not', () => {
    expect(() => explain('nobody', 'x', {})).toThrow('There are: activecampaign')
    expect(() => explain('stripe', 'nothing', {})).toThrow('There is no file nothing')
  })
})

describe('npm run send-hook', () => {
  let hub: Server
  let address: string
  /** What a hub with this connection would say. */
  let connection: { id: string; auth: Record<string, unknown> }

  beforeEach(async () => {
    hub = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        )
        const url = `${address}${(request.url ?? '').replace('/hooks/k', '')}`
        const hook = hookOf({ method: request.method, url, headers, body: Buffer.concat(chunks) })
        const connector = connectors.get(connection.id)
        const reading = connector && readHook(connector, hook, [connector.auth.fields.parse(connection.auth)])
        response.writeHead(reading?.outcome === 'read' ? 202 : 401).end(reading?.outcome)
      })
    })
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
    const bound = hub.address()
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/hooks/k`
  })
  afterEach(() => new Promise((resolve) => hub.close(resolve)))

  const send = (
    name: string,
    options: { secret?: string; set?: Record<string, string>; tamper?: boolean } = {},
  ) => sendHook(connection.id, name, { to: address, now: new Date(), ...options })

  it.each([
    ['stripe', 'webhook.sale', { signingSecret: 'whsec_mine' }, 'whsec_mine', {}],
    ['hubspot', 'events.deals', { accessToken: 'x', clientSecret: 'mine' }, 'mine', {}],
    ['hubspot', 'workflow.picked-properties', { accessToken: 'x', clientSecret: 'mine' }, 'mine', {}],
    [
      'activecampaign',
      'webhook.with-a-secret',
      { accountUrl: 'https://lumen.api-us1.com', apiKey: 'x', hookSecret: 'sixteen-letters-or-more' },
      'sixteen-letters-or-more',
      {},
    ],
    ['webhook', 'webhook.query', { incomingCheck: 'query', incomingSecret: 'mine' }, 'mine', {}],
    [
      'webhook',
      'cloudEvents.structured',
      { incomingCheck: 'bearer', incomingSecret: 'mine' },
      'mine',
      { incomingCheck: 'bearer' },
    ],
  ])('signs a fixture of %s as the vendor would: %s', async (id, name, auth, secret, set) => {
    connection = { id, auth }
    expect(await send(name, { secret, set })).toMatchObject({ status: 202 })
  })

  it('tampers with the secret where a request proves itself by nothing else', async () => {
    const channelToken = 'tokenOfTheChannelsWithThirtyTwoBytes0123456'
    connection = { id: 'google-calendar', auth: { channelToken } }
    const story = 'push.something-changed'
    expect(await send(story, { secret: channelToken })).toMatchObject({ status: 202, scheme: 'header' })
    expect(await send(story, { secret: channelToken, tamper: true })).toMatchObject({ status: 401 })
  })

  it('tampers with the secret in the address, where that is all there is', async () => {
    const hookSecret = 'sixteen-letters-or-more'
    connection = {
      id: 'activecampaign',
      auth: { accountUrl: 'https://lumen.api-us1.com', apiKey: 'x', hookSecret },
    }
    expect(await send('webhook.opened', { secret: hookSecret })).toMatchObject({
      status: 202,
      scheme: 'query',
    })
    expect(await send('webhook.opened', { secret: hookSecret, tamper: true })).toMatchObject({ status: 401 })
  })

  it('shows that a tampered request is refused', async () => {
    connection = { id: 'stripe', auth: { signingSecret: 'whsec_mine' } }
    expect(await send('webhook.sale', { secret: 'whsec_mine', tamper: true })).toMatchObject({
      status: 401,
      body: 'refused',
    })
  })

  it('refuses a field that the form does not have, and names those it has', () => {
    const webhook = connectors.get('webhook')!
    expect(fieldsSet(webhook, ['incomingCheck=bearer', 'incomingSecret=a=b'])).toEqual({
      incomingCheck: 'bearer',
      incomingSecret: 'a=b',
    })
    expect(() => fieldsSet(webhook, ['incomingChek=bearer'])).toThrow(/no field incomingChek.*incomingCheck/)
    expect(() => fieldsSet(webhook, ['incomingCheck'])).toThrow('name=value')
  })

  it('refuses a value that the form would not take, and says which it takes', () => {
    const webhook = connectors.get('webhook')!
    expect(() => fieldsSet(webhook, ['incomingCheck=hmca'])).toThrow(/incomingCheck=hmca.*standard_webhooks/)
    expect(() => fieldsSet(webhook, ['toleranceSeconds=soon'])).toThrow('toleranceSeconds=soon')
    expect(fieldsSet(webhook, ['toleranceSeconds=60', 'sendTraceContext=true', 'incomingName=5'])).toEqual({
      toleranceSeconds: 60,
      sendTraceContext: true,
      incomingName: '5',
    })
  })

  it('says so when a secret would not be used', async () => {
    connection = { id: 'webhook', auth: {} }
    await expect(send(file('a.json', { a: 1 }), { secret: 'mine' })).rejects.toThrow('incomingCheck')
  })
})
