import { createHmac } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import activecampaign from './activecampaign/index.ts'
import googleCalendar from './google-calendar/index.ts'
import googleSheets from './google-sheets/index.ts'
import hubspot from './hubspot/index.ts'
import mautic from './mautic/index.ts'
import { sendCloudEvent } from './webhook/actions/send-cloud-event.ts'
import { sendWebhook } from './webhook/actions/send-webhook.ts'
import { HttpStatusError } from './sdk/errors.ts'
import { readHook, readPayload } from './sdk/read-hook.ts'
import type { Reading } from './sdk/read-hook.ts'
import { hookOf } from './sdk/testing/hook-of.ts'
import { localHttp } from './sdk/testing/local-http.ts'
import { withReplies } from './sdk/testing/replay.ts'
import { auth as stripeAuth } from './stripe/auth.ts'
import stripe from './stripe/index.ts'
import { auth as webhookAuth } from './webhook/auth.ts'
import webhook from './webhook/index.ts'

/*
 * Real payloads, which belong to their vendors and are not part of this repository: SWITCHYARD_SAMPLES names a folder
 * with one folder per vendor. Without it these tests are skipped, and counted as skipped.
 */
const samples = process.env.SWITCHYARD_SAMPLES ?? ''
const isThere = existsSync(samples)

const filesOf = (vendor: string, extension = '.json'): string[] =>
  isThere
    ? readdirSync(join(samples, vendor)).filter(
        (file) => file.endsWith(extension) && !file.includes('.headers.'),
      )
    : []
/** Bare; a form's file ends with a line break that is not part of the form. */
const bytesOf = (vendor: string, file: string): Buffer => {
  const bytes = readFileSync(join(samples, vendor, file))
  return file.endsWith('.form') ? Buffer.from(bytes.toString().trimEnd()) : bytes
}
const textsOf = (vendor: string, file: string): Record<string, string> =>
  z.record(z.string(), z.string()).parse(JSON.parse(bytesOf(vendor, file).toString()))

const receivedAt = new Date('2026-11-02T10:00:00Z')
const seconds = receivedAt.getTime() / 1000

/** Understood into the vocabulary, or kept with a reason; never lost and never thrown. */
function expectUnderstood(reading: Reading): void {
  expect(reading.outcome).toBe('read')
  const items = reading.outcome === 'read' ? reading.items : []
  expect(items.length).toBeGreaterThan(0)
  expect(items.filter((item) => (item.ok ? item.events.length === 0 : !item.reason.code))).toEqual([])
}

const oneByteMore = (body: Buffer): Buffer => Buffer.concat([body, Buffer.from(' ')])

describe.skipIf(!isThere)('Stripe’s payloads', () => {
  const auth = stripeAuth.fields.parse({ signingSecret: 'whsec_samplesSigningSecret' })
  const client = new Stripe('sk_test_samples')
  const objects: Record<string, string> = {
    'fixture.charge.json': 'charge.succeeded',
    'fixture.checkout.session.json': 'checkout.session.completed',
    'fixture.dispute.json': 'charge.dispute.created',
    'fixture.invoice.json': 'invoice.paid',
    'fixture.subscription.json': 'customer.subscription.created',
  }

  /** Some samples are only what stands inside of an event. */
  function eventOf(file: string): Buffer {
    const body = bytesOf('stripe', file)
    const type =
      objects[file] ??
      (file.endsWith('.data-object.json') ? file.replace('.data-object.json', '') : undefined)
    if (!type) return body
    const object: unknown = JSON.parse(body.toString())
    return Buffer.from(
      JSON.stringify({
        id: `evt_${file}`,
        object: 'event',
        type,
        created: seconds,
        livemode: false,
        data: { object },
      }),
    )
  }

  const read = (body: Buffer, signature: string) =>
    readHook(stripe, hookOf({ headers: { 'stripe-signature': signature }, body, receivedAt }), [auth])

  describe.each(filesOf('stripe'))('%s', (file) => {
    it('is accepted as signed by Stripe’s own package, and understood', () => {
      const body = eventOf(file)
      const header = client.webhooks.generateTestHeaderString({
        payload: body.toString(),
        secret: auth.signingSecret!,
        timestamp: seconds,
      })
      expectUnderstood(read(body, header))
      expect(read(oneByteMore(body), header)).toMatchObject({
        outcome: 'refused',
        reason: { code: 'signature_mismatch' },
      })
    })

    it('is accepted by Stripe’s own package as signed by us', () => {
      const body = eventOf(file)
      const signature = stripe.inbound[0]?.signature.sign?.(
        { method: 'POST', url: '', headers: {}, body },
        auth,
        new Date(),
      )
      const event = client.webhooks.constructEvent(
        body,
        signature?.['stripe-signature'] ?? '',
        auth.signingSecret!,
      )
      expect(event.object).toBe('event')
    })
  })
})

describe.skipIf(!isThere)('HubSpot’s payloads', () => {
  const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy'
  const auth = hubspot.auth.fields.parse({ accessToken: 'pat-x', clientSecret: secret })

  it('a captured batch is accepted, refused when changed, and understood', () => {
    const body = bytesOf('hubspot', 'crm_batch_contact_creation_and_property_change.json')
    const url = 'https://hub.example.org/hooks/k3y'
    const time = String(receivedAt.getTime())
    const signature = createHmac('sha256', secret)
      .update(`POST${url}`)
      .update(body)
      .update(time)
      .digest('base64')
    const headers = {
      'X-HubSpot-Signature-v3': signature,
      'X-HubSpot-Request-Timestamp': time,
      'content-type': 'application/json',
    }
    const reading = readHook(hubspot, hookOf({ url, headers, body, receivedAt }), [auth])
    expectUnderstood(reading)
    expect(reading.outcome === 'read' && reading.items).toHaveLength(5)
    const changed = readHook(hubspot, hookOf({ url, headers, body: oneByteMore(body), receivedAt }), [auth])
    expect(changed).toMatchObject({ outcome: 'refused', reason: { code: 'signature_mismatch' } })
  })

  it('a captured v2 signature verifies, and not with another body', () => {
    const {
      'x-note-url': url,
      'x-note-method': method,
      ...headers
    } = textsOf('hubspot', 'v2_with_body.headers.json')
    const body = bytesOf('hubspot', 'v2_with_body.json')
    expectUnderstood(readHook(hubspot, hookOf({ url, method, headers, body, receivedAt }), [auth]))
    expect(
      readHook(hubspot, hookOf({ url, method, headers, body: oneByteMore(body), receivedAt }), [auth])
        .outcome,
    ).toBe('refused')
  })
})

describe.skipIf(!isThere)('ActiveCampaign’s payloads', () => {
  const accountUrl = 'https://samples.api-us1.com'
  const auth = activecampaign.auth.fields.parse({ accountUrl, apiKey: 'k' })
  const guarded = activecampaign.auth.fields.parse({
    accountUrl,
    apiKey: 'k',
    hookSecret: 'a-secret-of-samples',
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const names: Record<string, string> = {
    'contact_tag_added.form': 'contact.tag_added',
    'deal_update.form': 'deal.updated',
    'subscriber_note.form': 'note.added',
  }

  it.each(filesOf('activecampaign', '.form'))('%s is understood, and counts once', (file) => {
    const body = bytesOf('activecampaign', file)
    const read = () => readHook(activecampaign, hookOf({ headers, body, receivedAt }), [auth])
    expectUnderstood(read())
    expect(read()).toMatchObject({ items: [{ events: [{ name: names[file], actor: 'agent' }] }] })
    expect(read()).toEqual(read())
  })

  it.each(filesOf('activecampaign', '.form'))(
    '%s is refused without the secret that the owner set',
    (file) => {
      const body = bytesOf('activecampaign', file)
      const read = (query: string) => {
        const url = `https://hub.example.org/hooks/k3y${query}`
        return readHook(activecampaign, hookOf({ headers, body, url, receivedAt }), [guarded]).outcome
      }
      expect(read('?secret=a-secret-of-samples')).toBe('read')
      expect([read(''), read('?secret=another')]).toEqual(['refused', 'refused'])
    },
  )

  it.each(filesOf('activecampaign'))('%s means the same as the form that is really sent', (file) => {
    const eventsIn = (name: string, type: string) => {
      const hook = hookOf({
        headers: { 'content-type': type },
        body: bytesOf('activecampaign', name),
        receivedAt,
      })
      const reading = readHook(activecampaign, hook, [auth])
      return reading.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.events : item)) : []
    }
    const sent = eventsIn(file.replace('.json', '.form'), 'application/x-www-form-urlencoded')
    expect(eventsIn(file, 'application/json')).toEqual(sent)
  })

  it('a deal’s value is its raw one, in whole units', () => {
    const body = bytesOf('activecampaign', 'deal_update.form')
    expect(readHook(activecampaign, hookOf({ headers, body, receivedAt }), [auth])).toMatchObject({
      items: [
        { events: [{ properties: { amount: 1_044_055, amount_minor: 104_405_500, currency: 'USD' } }] },
      ],
    })
  })
})

describe.skipIf(!isThere)('Mautic’s payloads', () => {
  const webhookSecret = 'secret-of-the-webhook'
  const auth = mautic.auth.fields.parse({
    baseUrl: 'https://mautic.example.org',
    userName: 'u',
    password: 'p',
    webhookSecret,
  })
  const names: Record<string, string> = {
    'lead_points_change.json': 'score.changed',
    'lead_post_save_new.json': 'contact.created',
    'lead_post_save_update.json': 'contact.updated',
    'page_on_hit.json': 'page.viewed',
  }
  const read = (body: Buffer, signed = body) => {
    const headers = {
      'content-type': 'application/json',
      'x-origin-base-url': 'https://mautic.example.org',
      'webhook-signature': createHmac('sha256', webhookSecret).update(signed).digest('base64'),
    }
    return readHook(mautic, hookOf({ headers, body, receivedAt }), [auth])
  }

  it.each(filesOf('mautic'))('%s is accepted, refused when changed, and understood', (file) => {
    const body = bytesOf('mautic', file)
    expectUnderstood(read(body))
    expect(read(body)).toMatchObject({ items: [{ events: [{ name: names[file] }] }] })
    expect(read(oneByteMore(body), body)).toMatchObject({
      outcome: 'refused',
      reason: { code: 'signature_mismatch' },
    })
  })

  it.each(filesOf('mautic'))('%s names its fact the same in another company', (file) => {
    const batch = z.record(z.string(), z.unknown()).parse(JSON.parse(bytesOf('mautic', file).toString()))
    const other = { 'mautic.lead_post_delete': [{ id: 1, timestamp: '2017-01-01T00:00:00+00:00' }], ...batch }
    const keys = (body: Buffer) => {
      const reading = read(body)
      return reading.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.dedupeKey : '')) : []
    }
    expect(keys(Buffer.from(JSON.stringify(other)))).toEqual(
      expect.arrayContaining(keys(bytesOf('mautic', file))),
    )
  })

  it('texts are what people typed, and not what HTML makes of it', () => {
    expect(read(bytesOf('mautic', 'lead_post_save_new.json'))).toMatchObject({
      items: [{ events: [{ contact: { company: { role_title: 'Q&A' } } }] }],
    })
  })
})

describe.skipIf(!isThere)('Google Calendar’s payloads', () => {
  const json = (file: string): unknown => JSON.parse(bytesOf('google-calendar', file).toString())
  const form = googleCalendar.auth.fields.parse({ calendars: 'my_calendar@gmail.com' })
  const pushes = ['push.exists.headers.json', 'push.sync.headers.CONSTRUCTED.json']

  it.each(pushes)('%s is accepted, refused when tampered with, and makes the hub look once', (file) => {
    const headers = textsOf('google-calendar', file)
    const credentials = [{ ...form, channelToken: headers['X-Goog-Channel-Token'] }]
    const read = (change: Record<string, string>) =>
      readHook(
        googleCalendar,
        hookOf({ headers: { ...headers, ...change }, body: '', receivedAt }),
        credentials,
      )
    const key = `${headers['X-Goog-Channel-ID']}:${headers['X-Goog-Message-Number']}`
    const look = { ok: true, dedupeKey: key, events: [], wakes: { poll: 'events' } }
    expect(read({})).toMatchObject({ outcome: 'read', inbound: 'push', items: [look] })
    expect(read({})).toEqual(read({}))
    expect(read({ 'X-Goog-Channel-Token': '398348u3tu83ut8uu39' }).outcome).toBe('refused')
    expect(read({ 'X-Goog-Channel-Token': '' }).outcome).toBe('refused')
  })

  /** What the hub makes of an event in the answer to its sync token, and of what it knew of it. */
  async function synced(event: unknown, changed: readonly string[] | undefined): Promise<Reading> {
    const page = { timeZone: 'Asia/Amman', items: [event], nextSyncToken: 't2' }
    const at = '2026-11-02T09:58:00.000Z'
    const cursor = JSON.stringify({ token: 't1', isBaseline: false, from: at, since: at, at })
    return withReplies([{ status: 200, headers: {}, json: page }], async (origin) => {
      const { http } = localHttp(origin, { prefixUrl: 'https://www.googleapis.com' })
      const poll = googleCalendar.polls?.events
      const answer = await poll?.fetch({ http, auth: form, now: receivedAt, subject: 'me@test.com' }, cursor)
      const inbound = googleCalendar.inbound.find(({ id }) => id === 'events')
      if (!inbound) throw new Error('The connector reads no events.')
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify(answer?.payload)
      return readPayload(inbound, hookOf({ headers, body, receivedAt }), form, () => ({ changed }))
    })
  }

  it('event.resource.json is a meeting that was called off', async () => {
    const reading = await synced(json('event.resource.json'), ['status'])
    expectUnderstood(reading)
    expect(reading).toMatchObject({
      items: [
        {
          dedupeKey: '0nsfi5ttd2b17ac76ma2f37oi9:3350849506974000',
          events: [
            {
              name: 'meeting.cancelled',
              properties: { start_at: '2023-02-02T19:30:00.000Z', timezone: 'Asia/Amman' },
            },
          ],
        },
      ],
    })
    expect(await synced(json('event.resource.json'), ['status'])).toEqual(reading)
  })

  it('the same with another status is a meeting that was moved', async () => {
    const event = { ...Object(json('event.resource.json')), status: 'confirmed' }
    const reading = await synced(event, ['start'])
    expectUnderstood(reading)
    expect(reading).toMatchObject({ items: [{ events: [{ name: 'meeting.rescheduled' }] }] })
  })

  it('api.error-rateLimitExceeded is a reason to wait, whatever 403 usually means', () => {
    const body = bytesOf('google-calendar', 'api.error-rateLimitExceeded.CONSTRUCTED.json').toString()
    const answer = { method: 'POST', url: 'https://x.example', status: 403, headers: {}, body }
    const error = new HttpStatusError({ ...answer, mayHaveLeft: false })
    expect(googleCalendar.explain?.(error)).toMatchObject({ class: 'retry' })
  })

  it('api.freeBusy.request is what the hub asks', async () => {
    const wanted = Object(json('api.freeBusy.request.CONSTRUCTED.json'))
    const reply = { calendars: { primary: { busy: [] } } }
    const sent = await withReplies([{ status: 200, headers: {}, json: reply }], async (origin) => {
      const { http, sent: calls } = localHttp(origin, { prefixUrl: 'https://www.googleapis.com' })
      const action = googleCalendar.actions.checkFreeTime
      const { timeMin: from, timeMax: to, timeZone: timezone } = wanted
      const input = action?.input.parse({ from, to, timezone, calendars: ['primary'] })
      await action?.run({ http, auth: form, key: 'dlv_1', now: receivedAt }, input ?? {})
      return Object(JSON.parse(calls[0]?.body ?? ''))
    })
    expect(sent.items).toEqual(wanted.items)
    expect([sent.timeMin, sent.timeMax].map(Date.parse)).toEqual(
      [wanted.timeMin, wanted.timeMax].map(Date.parse),
    )
  })

  it('api.watch.request is how the hub opens a channel', async () => {
    const wanted = Object(json('api.watch.request.CONSTRUCTED.json'))
    const reply = { id: wanted.id, resourceId: 'r1', expiration: String(wanted.expiration) }
    const { sent, registered } = await withReplies(
      [{ status: 200, headers: {}, json: reply }],
      async (origin) => {
        const { http, sent: calls } = localHttp(origin, { prefixUrl: 'https://www.googleapis.com' })
        const auth = { ...form, channelToken: wanted.token }
        const now = new Date(wanted.expiration - 7 * 86_400_000)
        const answer = await googleCalendar.registration?.register(
          { http, auth, now, subject: 'primary' },
          { url: wanted.address, id: wanted.id },
        )
        return { sent: Object(JSON.parse(calls[0]?.body ?? '')), registered: answer }
      },
    )
    expect({ ...sent, address: new URL(sent.address).pathname, expiration: Number(sent.expiration) }).toEqual(
      {
        ...wanted,
        address: new URL(wanted.address).pathname,
      },
    )
    expect(registered?.expiresAt?.getTime()).toBe(wanted.expiration)
  })
})

describe.skipIf(!isThere)('Google Sheets’ payloads', () => {
  const json = (file: string): unknown => JSON.parse(bytesOf('google-sheets', file).toString())
  const form = googleSheets.auth.fields.parse({ spreadsheet: '1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms' })

  it('row.json is a new row', async () => {
    const { value } = z.object({ value: z.array(z.string()) }).parse(json('row.json'))
    const sheets = [{ properties: { title: 'Sheet1', gridProperties: { rowCount: 1000 } } }]
    const headings = { range: 'Sheet1!A1:Z1', values: [['Name', 'Email']] }
    const replies = [
      { sheets },
      { valueRanges: [headings, { range: 'Sheet1!A2:Z1000' }] },
      { sheets },
      { valueRanges: [headings, { range: 'Sheet1!A2:Z1000', values: [value] }] },
    ].map((reply) => ({ status: 200, headers: {}, json: reply }))
    const payload = await withReplies(replies, async (origin) => {
      const { http } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
      const context = { http, auth: form, now: receivedAt, subject: '' }
      const first = await googleSheets.polls?.rows?.fetch(context, undefined)
      return (await googleSheets.polls?.rows?.fetch(context, first?.cursor))?.payload
    })
    const inbound = googleSheets.inbound.find(({ id }) => id === 'rows')
    if (!inbound) throw new Error('The connector reads no rows.')
    const headers = { 'content-type': 'application/json' }
    const read = () =>
      readPayload(inbound, hookOf({ headers, body: JSON.stringify(payload), receivedAt }), form)
    expectUnderstood(read())
    expect(read()).toMatchObject({
      items: [
        {
          events: [
            { name: 'sheet.row_added', properties: { row: 2, values: { Name: '1', Email: '1', C: '1' } } },
          ],
        },
      ],
    })
    expect(read()).toEqual(read())
  })

  it('api.append.response says which row it became', async () => {
    const answers = [
      { valueRanges: [{ range: 'Sheet1!A1:Z1', values: [['Name']] }] },
      json('api.append.response.CONSTRUCTED.json'),
    ]
    const replies = answers.map((reply) => ({ status: 200, headers: {}, json: reply }))
    const output = await withReplies(replies, async (origin) => {
      const { http } = localHttp(origin, { prefixUrl: 'https://sheets.googleapis.com' })
      const action = googleSheets.actions.appendRow
      const input = action?.input.parse({ values: { Name: 'Ana' } }) ?? {}
      return action?.run({ http, auth: form, key: 'dlv_1', now: receivedAt }, input)
    })
    expect(output).toMatchObject({ row: 6 })
  })
})

describe.skipIf(!isThere)('payloads of Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const auth = webhook.auth.fields.parse({ incomingCheck: 'standard_webhooks', incomingSecret: secret })

  it.each(filesOf('standard-webhooks').filter((file) => file !== 'signature-vector.json'))(
    '%s is accepted as signed by the reference package, and understood',
    (file) => {
      const body = bytesOf('standard-webhooks', file)
      const signature = new Webhook(secret).sign('msg_1', receivedAt, body.toString())
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(seconds),
        'webhook-signature': signature,
      }
      const reading = readHook(webhook, hookOf({ headers, body, receivedAt }), [auth])
      expectUnderstood(reading)
      expect(reading).toMatchObject({
        items: [{ dedupeKey: 'msg_1', events: [{ name: 'contact.created' }] }],
      })
      expect(
        readHook(webhook, hookOf({ headers, body: oneByteMore(body), receivedAt }), [auth]).outcome,
      ).toBe('refused')
    },
  )

  it('the specification’s own signature verifies', () => {
    const {
      secret: key = '',
      id = '',
      timestamp = '',
      body = '',
      documented = '',
    } = z
      .record(z.string(), z.union([z.string(), z.boolean()]).transform(String))
      .parse(JSON.parse(bytesOf('standard-webhooks', 'signature-vector.json').toString()))
    const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': documented }
    const settings = webhook.auth.fields.parse({ incomingCheck: 'standard_webhooks', incomingSecret: key })
    const at = new Date(Number(timestamp) * 1000)
    const reading = readHook(webhook, hookOf({ headers, body, receivedAt: at }), [settings])
    expect(reading).toMatchObject({ items: [{ dedupeKey: id }] })
  })
})

describe.skipIf(!isThere)('payloads of CloudEvents', () => {
  const auth = webhook.auth.fields.parse({})
  const bearer = webhook.auth.fields.parse({ incomingCheck: 'bearer', incomingSecret: 'token' })

  it.each(filesOf('cloudevents'))('%s is read as the reference package reads it', (file) => {
    const mode = file.startsWith('batch') ? 'batch' : 'structured'
    const headers = textsOf('cloudevents', `${mode}.headers.json`)
    const body = bytesOf('cloudevents', file)
    const reading = readHook(webhook, hookOf({ headers, body, receivedAt }), [auth])
    expectUnderstood(reading)
    // The package knows the bare content type only, and stumbles over the placeholder that stands for Base64.
    const type = `application/cloudevents${mode === 'batch' ? '-batch' : ''}+json`
    const whole = body.toString().replace('... base64 encoded string ...', 'e30=')
    const theirs = [HTTP.toEvent({ headers: { 'content-type': type }, body: whole })].flat()
    const keys =
      reading.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.dedupeKey : '')) : []
    expect(keys).toEqual(theirs.map(({ source, id }) => `${source} ${id}`))
    expect(readHook(webhook, hookOf({ headers, body, receivedAt }), [bearer]).outcome).toBe('refused')
    const presented = { ...headers, authorization: 'Bearer token' }
    expectUnderstood(readHook(webhook, hookOf({ headers: presented, body, receivedAt }), [bearer]))
  })
})

describe('what the hub sends', () => {
  const secret = `whsec_${Buffer.from('a secret of thirty-two bytes....').toString('base64')}`
  const older = `whsec_${Buffer.from('the one before, just as long....').toString('base64')}`
  const settings = webhookAuth.fields.parse({ signingSecret: secret, previousSigningSecret: older })

  async function sent(run: (http: ReturnType<typeof localHttp>['http']) => Promise<unknown>) {
    return withReplies([{ status: 200, headers: {} }], async (origin) => {
      const { http, sent: calls } = localHttp(origin, {})
      await run(http)
      return calls[0] ?? { method: '', url: '', headers: {}, body: '' }
    })
  }

  it('passes the reference package of Standard Webhooks, with the new secret and with the one before', async () => {
    const input = sendWebhook.input.parse({
      url: 'https://receiver.example/in',
      type: 'contact.created',
      data: { name: 'Žofie' },
    })
    const now = new Date()
    const call = await sent((http) =>
      sendWebhook.run({ http, auth: settings, key: 'dlv_1', now, startedAt: now }, input),
    )
    expect(new Webhook(secret).verify(call.body, call.headers)).toMatchObject({ type: 'contact.created' })
    expect(new Webhook(older).verify(call.body, call.headers)).toMatchObject({ data: { name: 'Žofie' } })
  })

  it.each(['structured', 'binary'])('is a CloudEvent to the reference package, %s', async (mode) => {
    const input = sendCloudEvent.input.parse({
      url: 'https://receiver.example/in',
      type: 'a.b',
      source: '/s',
      subject: 'čaj "x" 5%',
      data: { n: 1 },
      mode,
    })
    const now = new Date()
    const call = await sent((http) =>
      sendCloudEvent.run({ http, auth: settings, key: 'dlv_2', now, startedAt: now }, input),
    )
    const event = [HTTP.toEvent({ headers: call.headers, body: call.body })].flat()[0]
    expect(event).toMatchObject({ id: 'dlv_2', source: '/s', type: 'a.b', data: { n: 1 } })
    // The reference package leaves percent-encoding to its caller; our own reader undoes it.
    const reading = readHook(webhook, hookOf({ headers: call.headers, body: call.body }), [
      webhook.auth.fields.parse({}),
    ])
    expect(reading).toMatchObject({ items: [{ events: [{ properties: { subject: 'čaj "x" 5%' } }] }] })
  })

  it.each(['structured', 'binary'] as const)('%s events of the reference package are understood', (mode) => {
    const event = new CloudEvent({
      id: 'e1',
      source: '/shop',
      type: 'com.example.sold',
      data: { sku: 'T' },
      shopregion: 'eu',
    })
    const { headers, body } = HTTP[mode](event)
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const reading = readHook(webhook, hookOf({ headers: texts, body: text }), [webhook.auth.fields.parse({})])
    expect(reading).toMatchObject({
      items: [
        {
          dedupeKey: '/shop e1',
          events: [
            {
              properties: {
                name: 'com.example.sold',
                properties: { sku: 'T' },
                extensions: { shopregion: 'eu' },
              },
            },
          ],
        },
      ],
    })
  })
})
