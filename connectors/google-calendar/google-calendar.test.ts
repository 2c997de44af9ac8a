import { describe, expect, it } from 'vitest'
import { HttpStatusError, httpOver, readHook, readPayload } from '#sdk'
import { answerOf, connectorContract, hookOf } from '#sdk/testing'
import googleCalendar from './index.ts'
import { channelAddress } from './inbound/push.ts'

connectorContract(googleCalendar, import.meta.dirname)

const channelToken = 'tokenOfTheChannelsWithThirtyTwoBytes0123456'
const auth = googleCalendar.auth.fields.parse({
  calendars: 'ana@shop.example, team@shop.example',
  channelToken,
})
const address = 'https://hub.example.org/hooks/k3y'

function message(change: { url?: string; headers?: Record<string, string>; body?: string } = {}) {
  const headers = {
    'content-type': 'application/json; utf-8',
    'x-goog-channel-id': '4ba78bf0-6a47-11e2-bcfd-0800200c9a66',
    'x-goog-channel-token': channelToken,
    'x-goog-resource-state': 'exists',
    'x-goog-message-number': '10',
    ...change.headers,
  }
  return readHook(googleCalendar, hookOf({ url: change.url ?? address, headers, body: change.body ?? '' }), [
    auth,
  ])
}

describe('a message of Google’s', () => {
  it('makes the hub look into the calendar that its channel is about', () => {
    const url = channelAddress(address, 'team@shop.example')
    expect(message({ url })).toMatchObject({
      items: [{ events: [], wakes: { poll: 'events', subject: 'team@shop.example' } }],
    })
  })

  it('names that calendar by nothing that is an email address', () => {
    expect(channelAddress(address, 'team@shop.example')).not.toMatch(/team|shop/)
  })

  it('makes the hub look into the first calendar where its address says nothing it knows', () => {
    expect(message({ url: `${address}?calendar=another` })).toMatchObject({
      items: [{ wakes: { subject: 'ana@shop.example' } }],
    })
  })

  it('is refused with another token, or with none', () => {
    expect(message({ headers: { 'x-goog-channel-token': `${channelToken.slice(0, -1)}7` } })).toMatchObject({
      outcome: 'refused',
      reason: { code: 'secret_mismatch' },
    })
    const { outcome } = readHook(googleCalendar, hookOf({ url: address, body: '' }), [auth])
    expect(outcome).toBe('refused')
  })

  it('is kept with its reason when it does not say which message it is', () => {
    expect(message({ headers: { 'x-goog-message-number': '' } })).toMatchObject({
      outcome: 'read',
      items: [{ ok: false, reason: { code: 'payload_mismatch', data: { field: 'number' } } }],
    })
  })

  it('counts once when Google sends it again', () => {
    const keys = [message(), message()].map((reading) =>
      reading.outcome === 'read' && reading.items[0]?.ok ? reading.items[0].dedupeKey : reading.outcome,
    )
    expect(keys[0]).toBe('4ba78bf0-6a47-11e2-bcfd-0800200c9a66:10')
    expect(keys[1]).toBe(keys[0])
  })
})

describe('a meeting of two colleagues, both of whose calendars are watched', () => {
  const told = (calendar_id: string, organizer: object) => {
    const event = {
      id: 'evt1',
      status: 'cancelled',
      etag: '"2"',
      updated: '2026-11-02T09:00:00Z',
      organizer,
      attendees: [
        { email: 'eva@customer.example' },
        { email: 'team@shop.example', self: calendar_id === 'team@shop.example' },
      ],
    }
    const at = '2026-11-02T09:01:00Z'
    const page = {
      calendar_id,
      time_zone: 'Europe/Warsaw',
      at,
      since: at,
      is_baseline: false,
      events: [event],
    }
    const inbound = googleCalendar.inbound.find(({ id }) => id === 'events')
    if (!inbound) throw new Error('The calendar has no inbound for what was asked for.')
    const reading = readPayload(inbound, hookOf({ body: JSON.stringify(page) }), auth, () => ({
      changed: ['status'],
    }))
    return reading.outcome === 'read' ? reading.items : []
  }

  it('is not off because one of them took it out of their own calendar', () => {
    const [item] = told('team@shop.example', { email: 'Ana@shop.example' })
    expect(item).toMatchObject({ ok: true, events: [] })
    // Nor is it known as off, or it would be told as booked anew with its next change.
    expect(item).not.toHaveProperty('snapshot')
  })

  it('is off when its organiser calls it off, be it one of them or a customer', () => {
    const cancelled = [{ ok: true, events: [{ name: 'meeting.cancelled' }], snapshot: { id: 'evt1' } }]
    expect(told('ana@shop.example', { email: 'ana@shop.example', self: true })).toMatchObject(cancelled)
    expect(told('team@shop.example', { email: 'eva@customer.example' })).toMatchObject(cancelled)
  })
})

describe('a time in a mapping', () => {
  const accepts = (start: string, more: Record<string, unknown> = {}) =>
    googleCalendar.actions.createEvent?.input.safeParse({ title: 'x', start, ...more }).success

  it.each([
    '2026-11-24T14:00',
    '2026-11-24T14:00:00',
    '2026-11-24T13:00:00.000Z',
    '2026-11-24T14:00+01:00',
    '2026-11-24',
  ])('may be written as %s', (start) => {
    expect(accepts(start)).toBe(true)
  })

  it.each([
    '24.11.2026',
    '2026-11-24 14:00',
    'tomorrow',
    '2026-02-30',
    '2026-02-30T10:00',
    '2026-11-24T25:00',
    '',
  ])('is not written as “%s”', (start) => {
    expect(accepts(start)).toBe(false)
  })

  it('has a zone that exists', () => {
    expect(accepts('2026-11-24T14:00', { timezone: 'Europe/Kyiv' })).toBe(true)
    expect(accepts('2026-11-24T14:00', { timezone: 'Kyiv time' })).toBe(false)
  })
})

describe('the id of an event', () => {
  const accepts = (eventId: string, calendar?: string) =>
    googleCalendar.actions.cancelEvent?.input.safeParse({ eventId, calendar }).success

  it('may be of one date of a series', () => {
    expect(accepts('0nsfi5ttd2b17ac76ma2f37oi9_20261201T130000Z')).toBe(true)
  })

  it.each(['..', '.', 'a/b', '../../calendars/primary', 'a b', ''])(
    'is not “%s”, which could lead elsewhere',
    (id) => {
      expect(accepts(id)).toBe(false)
    },
  )

  it('is looked for in a calendar, and not above it', () => {
    expect(accepts('evt1', 'c_1@group.calendar.google.com')).toBe(true)
    expect(accepts('evt1', '..')).toBe(false)
  })
})

describe('an event that is looked for', () => {
  it('is found on whichever page of Google’s answer it stands, also behind one that holds nothing', async () => {
    const pages: Record<string, object> = {
      '': { items: [], nextPageToken: 'second' },
      second: {
        items: [{ id: 'evt1', attendees: [{ email: 'ben@customer.example' }] }],
        nextPageToken: 'third',
      },
      third: { items: [{ id: 'evt2', attendees: [{ email: 'eva@customer.example' }] }] },
    }
    const http = httpOver(async (_method, _path, { query = {} } = {}) =>
      answerOf(JSON.stringify(pages[String(query.pageToken ?? '')])),
    )
    const context = { http, auth, key: 'dlv_1', now: new Date('2026-11-02T09:00:00Z') }
    const find = (guest: string) => googleCalendar.actions.findEvent?.run(context, { guest })
    expect(await find('eva@customer.example')).toEqual({ found: true, id: 'evt2' })
    expect(await find('nobody@customer.example')).toEqual({ found: false })
  })
})

describe('the free time of a connection with more calendars than Google looks at in one request', () => {
  it('is that of all of them', async () => {
    const calendars = Array.from({ length: 120 }, (_, at) => `room-${at}@shop.example`)
    const asked: number[] = []
    const http = httpOver(async (_method, _path, { json } = {}) => {
      const { items } = json as { items: { id: string }[] }
      asked.push(items.length)
      const busy = [{ start: '2026-11-24T09:00:00Z', end: '2026-11-24T17:00:00Z' }]
      const answers = items.map(({ id }) => [id, { busy: id === 'room-119@shop.example' ? busy : [] }])
      return answerOf(JSON.stringify({ calendars: Object.fromEntries(answers) }))
    })
    const fields = googleCalendar.auth.fields.parse({ calendars: calendars.join(','), channelToken })
    const context = { http, auth: fields, key: 'dlv_1', now: new Date('2026-11-02T09:00:00Z') }
    const input = { from: '2026-11-24T09:00Z', to: '2026-11-24T17:00Z', durationMinutes: 30 }
    expect(await googleCalendar.actions.checkFreeTime?.run(context, input)).toMatchObject({
      isFree: false,
      hasRoom: false,
    })
    expect(asked).toEqual([50, 50, 20])
  })
})

describe('a calendar that only a mapping names', () => {
  const http = httpOver(async (method, url) => {
    throw new HttpStatusError({ method, url, status: 404, headers: {}, body: '', mayHaveLeft: false })
  })
  const context = { http, auth, key: 'dlv_1', now: new Date('2026-11-02T09:00:00Z') }

  it.each([
    ['createEvent', { title: 'Call', start: '2026-11-24T14:00' }],
    ['createEvent', { title: 'Call', start: '2026-11-24T14:00Z' }],
    ['findEvent', { guest: 'eva@customer.example' }],
  ])('is the mapping’s to correct where Google does not show it: %s', async (name, input) => {
    const action = googleCalendar.actions[name]
    const run = (more: object) => action?.run(context, action.input.parse({ ...input, ...more }))
    await expect(run({ calendar: 'taem@shop.example' })).rejects.toMatchObject({
      code: 'input_refused',
      field: 'calendar',
      message: expect.stringContaining('“taem@shop.example”'),
    })
    await expect(run({})).rejects.toBeInstanceOf(HttpStatusError)
  })
})
