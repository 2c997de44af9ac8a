import { describe, expect, it } from 'vitest'
import { readHook, readPayload } from '#sdk'
import type { HookParts } from '#sdk/testing'
import { connectorContract, hookOf } from '#sdk/testing'
import { anyWebhook } from './inbound/any-webhook.ts'
import webhook from './index.ts'

connectorContract(webhook, import.meta.dirname)

const json = { 'content-type': 'application/json' }

function read(parts: HookParts, auth: Record<string, unknown> = {}) {
  return readHook(webhook, hookOf({ headers: json, ...parts }), [webhook.auth.fields.parse(auth)])
}

function firstOf(parts: HookParts, auth: Record<string, unknown> = {}) {
  const reading = read(parts, auth)
  const item = reading.outcome === 'read' ? reading.items[0] : undefined
  if (!item?.ok) throw new Error(`The request was not read: ${JSON.stringify(reading)}`)
  return item
}

/** What makes two requests count once. */
function keyOf(parts: HookParts): string {
  const { dedupeKey, events } = firstOf(parts)
  return [dedupeKey, events[0]?.name, events[0]?.key].join('|')
}

describe('a request that names nothing', () => {
  const form = (at: string) => ({
    body: '{"email":"a@example.org","message":"hi"}',
    receivedAt: new Date(at),
  })

  it('counts every time, since two people may send the same words', () => {
    expect(firstOf(form('2026-11-02T10:00:00Z')).dedupeKey).not.toBe(
      firstOf(form('2026-11-02T10:00:05Z')).dedupeKey,
    )
  })

  it('keeps its key when it is read again from the receipt', () => {
    const stored = { ...hookOf({ ...form('2026-11-02T10:00:00Z'), headers: json }), id: 'rcp_1' }
    expect(readPayload(anyWebhook, stored)).toEqual(readPayload(anyWebhook, stored))
  })
})

describe('the id in a body', () => {
  it('names the fact beside a type and data', () => {
    expect(firstOf({ body: '{"id":"evt_1","type":"seat.taken","data":{"id":9}}' }).dedupeKey).toBe('evt_1')
  })

  it.each([
    ['message_id', '{"type":"email.seen","message_id":"m1"}', '{"type":"email.pressed","message_id":"m1"}'],
    ['id', '{"type":"ticket.begun","id":"T1","data":{}}', '{"type":"ticket.over","id":"T1","data":{}}'],
    [
      'id, with names that promise more than they hold',
      '{"type":"order.completed","id":"T1","data":{}}',
      '{"type":"order.refunded","id":"T1","data":{}}',
    ],
  ])('may be that of a thing to which several happen: %s', (_name, first, second) => {
    expect(keyOf({ body: first })).toBe(keyOf({ body: first }))
    expect(keyOf({ body: first })).not.toBe(keyOf({ body: second }))
  })

  it('of a thing counts less than the sender’s name for its one request', () => {
    const body = '{"type":"ticket.moved","id":"T1","data":{}}'
    const sent = (id: string) => ({ body, headers: { ...json, 'webhook-id': id } })
    expect(keyOf(sent('msg_1'))).toBe(keyOf(sent('msg_1')))
    expect(keyOf(sent('msg_1'))).not.toBe(keyOf(sent('msg_2')))
  })

  it('counts in a list, whatever request it comes in', () => {
    const body = '[{"type":"ticket.moved","id":"T1","data":{}}]'
    const sent = (id: string) => ({ body, headers: { ...json, 'webhook-id': id } })
    expect(keyOf(sent('msg_1'))).toBe(keyOf(sent('msg_2')))
  })

  it('is not taken for the fact’s name in a bare record, which may change many times', () => {
    expect(firstOf({ body: '{"id":9,"status":"paid"}' }).dedupeKey).not.toBe('9')
  })
})

describe('the name of an event', () => {
  it('is not a person’s', () => {
    expect(firstOf({ body: '{"name":"Olena Bondar"}' }).events[0]?.properties?.name).toBe('webhook')
  })

  it('may be called orderId where the vocabulary says order_id', () => {
    const body = '{"type":"order.cancelled","data":{"orderId":"A-1"}}'
    expect(firstOf({ body }).events[0]).toMatchObject({
      name: 'order.cancelled',
      properties: { order_id: 'A-1' },
    })
  })
})

describe('a connection whose owner changed from no check to a signature', () => {
  it('does not go on letting everybody in while the old settings are being rotated out', () => {
    const [now, before] = [{ incomingCheck: 'bearer', incomingSecret: 'token-1' }, {}].map((each) =>
      webhook.auth.fields.parse(each),
    )
    const reading = readHook(webhook, hookOf({ headers: json, body: '{}' }), [now, before])
    expect(reading).toMatchObject({ outcome: 'refused', reason: { code: 'secret_not_presented' } })
  })
})

describe('several CloudEvents in one request', () => {
  const event = (id: string, more: object) => ({
    specversion: '1.0',
    id,
    source: '/s',
    type: 'seat.taken',
    ...more,
  })

  it('are understood but for the one that is not', () => {
    const text = Buffer.from('no JSON at all').toString('base64')
    const batch = [event('1', { data: {} }), event('2', { data_base64: text }), event('3', { data: {} })]
    const headers = { 'content-type': 'application/cloudevents-batch+json' }
    const reading = read({ headers, body: JSON.stringify(batch) })
    expect(reading).toMatchObject({
      outcome: 'read',
      items: [{ ok: true }, { ok: false, reason: { code: 'invalid_json' } }, { ok: true }],
    })
  })
})

describe('a CloudEvent whose data is no text', () => {
  it('keeps it as Base64, in the binary form as in the other', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80])
    const attributes = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'seat.taken' }
    const headers = { ...attributes, 'content-type': 'application/octet-stream' }
    expect(firstOf({ headers, body: bytes }).events[0]?.properties).toMatchObject({
      properties: { data_base64: bytes.toString('base64') },
    })
  })
})

describe('a body that cannot be read', () => {
  it('is kept with the reason', () => {
    expect(read({ body: '{"a":' })).toMatchObject({ outcome: 'unreadable', reason: { code: 'invalid_json' } })
  })
})
