import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpStatusError, MailRefusedError, NetworkError } from '#sdk'
import hubspot from '../connectors/hubspot/index.ts'
import { localHttp } from '../connectors/sdk/testing/local-http.ts'
import smtp from '../connectors/smtp/index.ts'
import webhook from '../connectors/webhook/index.ts'
import { createMail } from '../server/platform/mail-client.ts'
import { openNetwork } from '../server/platform/network.ts'
import { parseAllowedNetworks } from '../server/platform/safe-address.ts'
import { startSandbox } from './sandbox.ts'
import type { Sandbox } from './sandbox.ts'

const secret = 'whsec_c2FuZGJveC1zZWNyZXQtb2YtYS10ZXN0LWNhc2U='
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ only: ['hubspot', 'webhooks', 'mail'], token: 'sandbox-token', secret })
})
afterEach(() => sandbox.close())

/** Carries out one action of the real connector against the stand-in. */
function act(name: string, input: Record<string, unknown>, accessToken = 'sandbox-token') {
  const auth = hubspot.auth.fields.parse({ accessToken })
  const { http } = localHttp(sandbox.hubspot, hubspot.auth.http?.(auth) ?? {})
  const action = hubspot.actions[name]
  if (!action) throw new Error(`There is no action ${name}.`)
  const now = new Date()
  return {
    done: action.run({ http, auth, key: 'dlv_1', now }, action.input.parse(input)),
    http,
    auth,
    action,
  }
}

async function failureOf(done: Promise<unknown>): Promise<unknown> {
  const error = await done.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof HttpStatusError ? hubspot.explain?.(error) : error
}

const received = async (address: string): Promise<Record<string, unknown>> =>
  Object(await (await fetch(`${address}/_received`)).json())

describe('the HubSpot stand-in', () => {
  it('keeps a contact once, however often it is added', async () => {
    expect(await act('upsertContact', { email: 'eva@example.org', firstname: 'Eva' }).done).toEqual({
      id: '50001',
      created: true,
    })
    expect(await act('upsertContact', { email: 'EVA@example.org', city: 'Brno' }).done).toEqual({
      id: '50001',
      created: false,
    })
    expect(await received(sandbox.hubspot)).toMatchObject({
      contacts: [{ id: '50001', properties: { firstname: 'Eva', city: 'Brno' } }],
    })
  })

  it('carries out every other action of the connector', async () => {
    await act('upsertContact', { email: 'eva@example.org' }).done
    const who = { email: 'eva@example.org' }
    expect(
      await act('createDeal', { dealname: 'Kolo', dealstage: 'appointmentscheduled', amount: 5, ...who })
        .done,
    ).toEqual({ id: '880001' })
    await act('moveDeal', { dealId: '880001', dealstage: 'closedwon' }).done
    await act('addToList', { listId: '7', ...who }).done
    await act('addNote', { body: 'Volala.', ...who }).done
    await act('createTask', { subject: 'Zavolat', ...who }).done
    await act('unsubscribe', who).done
    expect(await received(sandbox.hubspot)).toMatchObject({
      deals: [{ properties: { dealstage: 'closedwon' }, associations: ['50001'] }],
      notes: [{ properties: { hs_note_body: 'Volala.' } }],
      tasks: [{ properties: { hs_task_subject: 'Zavolat' } }],
      lists: { 7: ['50001'] },
      unsubscribed: ['eva@example.org'],
    })
    await act('removeFromList', { listId: '7', ...who }).done
    expect(await received(sandbox.hubspot)).toMatchObject({ lists: { 7: [] } })
  })

  it('refuses what HubSpot would refuse, in words the connector understands', async () => {
    expect(await failureOf(act('upsertContact', { email: 'eva@example.org' }, 'another').done)).toMatchObject(
      { class: 'fix_connection' },
    )
    const unknown = act('upsertContact', { email: 'eva@example.org', properties: { shoe_size: 41 } }).done
    expect(await failureOf(unknown)).toEqual({
      class: 'fix_mapping',
      message: 'Property "shoe_size" does not exist',
    })
    expect(await failureOf(act('moveDeal', { dealId: '1', dealstage: 'x' }).done)).toMatchObject({
      class: 'gone',
    })
  })

  it('asks for a slower pace beyond a hundred requests in ten seconds', async () => {
    const headers = { authorization: 'Bearer sandbox-token' }
    const statuses = []
    for (let count = 0; count < 101; count += 1) {
      statuses.push((await fetch(`${sandbox.hubspot}/account-info/v3/details`, { headers })).status)
    }
    expect(statuses.slice(0, 100).every((status) => status === 200)).toBe(true)
    expect(statuses.at(-1)).toBe(429)
  })

  it('fails on demand, as often as it was asked to', async () => {
    await fetch(`${sandbox.hubspot}/_fail?status=503&times=1`)
    await expect(act('upsertContact', { email: 'eva@example.org' }).done).rejects.toThrow('503')
    expect(await act('upsertContact', { email: 'eva@example.org' }).done).toMatchObject({ created: true })
  })

  it('breaks off after the work is done, so that a doubtful delivery can be looked for', async () => {
    await fetch(`${sandbox.hubspot}/_fail?status=0&when=after`)
    const since = new Date()
    const { done, action, http, auth } = act('createDeal', { dealname: 'Kolo', dealstage: 'x' })
    await expect(done).rejects.toBeInstanceOf(NetworkError)
    const input = action.input.parse({ dealname: 'Kolo', dealstage: 'x' })
    expect(await action.confirm?.({ http, auth }, input, { since, key: 'dlv_1' })).toEqual({
      outcome: 'found',
      output: { id: '880001' },
    })
  })

  it('shows what it holds without trusting it', async () => {
    await act('upsertContact', { email: 'eva@example.org', firstname: '<script>alert(1)</script>' }).done
    const html = await (await fetch(sandbox.hubspot)).text()
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toContain('<script>')
  })
})

describe('the webhook sink', () => {
  async function send(auth: Record<string, unknown>, key = 'dlv_1') {
    const settings = webhook.auth.fields.parse(auth)
    const { http } = localHttp(sandbox.webhooks, {})
    const action = webhook.actions.sendWebhook
    if (!action) throw new Error('The connector sends no webhooks.')
    const input = action.input.parse({
      url: `${sandbox.webhooks}/in`,
      type: 'contact.created',
      data: { n: 1 },
    })
    return action.run({ http, auth: settings, key, now: new Date() }, input)
  }

  it('takes what is signed rightly, and counts what comes again', async () => {
    expect(await send({ signingSecret: secret })).toMatchObject({ status: 200, body: { times: 1 } })
    expect(await send({ signingSecret: secret })).toMatchObject({
      status: 200,
      body: { id: 'dlv_1', times: 2 },
    })
  })

  it('refuses what is signed wrongly', async () => {
    await expect(send({ signingSecret: `whsec_${btoa('another secret')}` })).rejects.toThrow('401')
  })
})

describe('the mail server', () => {
  /** Sends one mail with the real connector, through the hub’s own transport. */
  async function send(to: string, { password = '', ...more }: Record<string, unknown> = {}) {
    const auth = smtp.auth.fields.parse({
      host: '127.0.0.1',
      port: sandbox.smtpPort,
      user: 'hub@example.org',
      password: password || 'sandbox-token',
      security: 'starttls',
      trustAnyCertificate: true,
      fromAddress: 'shop@example.org',
    })
    const server = smtp.auth.mail?.(auth)
    if (!server) throw new Error('The connector names no mail server.')
    const network = openNetwork(parseAllowedNetworks(sandbox.allowNetworks))
    const mail = createMail({ network, server, secrets: [], exchanges: [] })
    const input = smtp.actions.sendEmail?.input.parse({
      to: [to],
      subject: 'Hello',
      html: '<p>Hello</p>',
      ...more,
    })
    const context = { http: localHttp(sandbox.mail, {}).http, mail, auth, key: 'dlv_1', now: new Date() }
    try {
      return await smtp.actions.sendEmail?.run(context, input)
    } finally {
      await network.close()
    }
  }
  const refusalOf = async (done: Promise<unknown>) => {
    const error: unknown = await done.then(
      () => undefined,
      (caught: unknown) => caught,
    )
    return error instanceof MailRefusedError ? { status: error.status, stage: error.stage } : error
  }

  it('shows a mail as it would be read, and lets it do nothing', async () => {
    const output = await send('eva@example.org', { html: '<p>Hello <b>Éva</b></p><script>alert(1)</script>' })
    expect(output).toEqual({ message_id: 'dlv_1@example.org', reply: '250 2.0.0 Ok: queued as SANDBOX1' })
    expect(await received(sandbox.mail)).toMatchObject({
      mails: [{ to: ['eva@example.org'], text: 'Hello Éva', html: expect.stringContaining('<b>Éva</b>') }],
    })
    const html = await (await fetch(sandbox.mail)).text()
    expect(html).toContain('<iframe sandbox=""')
    expect(html).not.toContain('<script>')
  })

  it('refuses what a mail server refuses', async () => {
    expect(await refusalOf(send('unknown@example.org'))).toEqual({ status: 550, stage: 'recipient' })
    expect(await refusalOf(send('full@example.org'))).toEqual({ status: 452, stage: 'recipient' })
    expect(await refusalOf(send('eva@example.org', { subject: 'Spam!' }))).toEqual({
      status: 554,
      stage: 'message',
    })
    expect(await refusalOf(send('eva@example.org', { password: 'wrong-password' }))).toEqual({
      status: 535,
      stage: 'sign_in',
    })
    expect(
      String(
        await refusalOf(send('eva@example.org', { text: 'x '.repeat(249_000), html: 'x '.repeat(249_900) })),
      ),
    ).toContain('larger than')
  })

  it('puts a stranger off once, as greylisting does', async () => {
    expect(await refusalOf(send('grey@example.org'))).toEqual({ status: 451, stage: 'recipient' })
    expect(await send('grey@example.org')).toMatchObject({ reply: '250 2.0.0 Ok: queued as SANDBOX1' })
  })

  it('breaks off after it has got the message, so that a doubtful delivery can be looked at', async () => {
    expect(await refusalOf(send('hangup@example.org'))).toMatchObject({ code: 'network', mayHaveLeft: true })
    expect(await received(sandbox.mail)).toMatchObject({ mails: [{ to: ['hangup@example.org'] }] })
  })
})

it('names the networks that the hub has to be let into', () => {
  expect(sandbox.allowNetworks).toMatch(/^(?:127\.0\.0\.1\/32:\d+,?){4}$/)
})
