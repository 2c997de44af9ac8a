import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpStatusError, readHook } from '#sdk'
import type { Http } from '#sdk'
import { localHttp } from '../../connectors/sdk/testing/local-http.ts'
import stripe from '../../connectors/stripe/index.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'
import { receiveHooks } from './testing/receive-hooks.ts'
import type { HookReceiver } from './testing/receive-hooks.ts'

let sandbox: Sandbox
let receiver: HookReceiver
const now = () => new Date()

beforeEach(async () => {
  sandbox = await startSandbox({ only: ['stripe'] })
  receiver = await receiveHooks()
})
afterEach(async () => {
  await receiver.close()
  await sandbox.close()
})

const registration = stripe.registration!

function contextWith(secretKey = 'rk_test_sandbox-token') {
  const auth = stripe.auth.fields.parse({ secretKey, webhookByHub: true })
  const { http } = localHttp(sandbox.stripe, stripe.auth.http?.(auth) ?? {})
  return { http, auth, now: now(), subject: '' }
}

const hook = (id = 'try-1') => ({ url: receiver.url, id })
const held = async () => Object(await (await fetch(`${sandbox.stripe}/_received`)).json())
const emit = (query: string) => fetch(`${sandbox.stripe}/_emit?${query}`)

async function failureOf(done: Promise<unknown>): Promise<unknown> {
  const error = await done.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return error instanceof HttpStatusError ? stripe.explain?.(error) : error
}

describe('a webhook that the connector sets up at the Stripe stand-in', () => {
  it('is signed with the secret that came back, and understood', async () => {
    const made = await registration.register(contextWith(), hook())
    expect(made.secrets).toMatchObject({ signingSecret: expect.stringMatching(/^whsec_/) })
    for (const event of [
      'checkout.session.completed',
      'customer.created',
      'charge.refunded',
      'invoice.paid',
    ]) {
      await emit(`event=${event}&email=ewa@example.org`)
      const came = receiver.hooks.at(-1)!
      const reading = readHook(stripe, came, [{ ...made.secrets }])
      expect(reading).toMatchObject({
        outcome: 'read',
        items: [{ ok: true, events: expect.arrayContaining([expect.anything()]) }],
      })
      expect(readHook(stripe, came, [{ signingSecret: 'whsec_another' }])).toMatchObject({
        outcome: 'refused',
      })
    }
  })

  it('is the same one when the answer to the first try was lost, and one of its own under another name', async () => {
    await fetch(`${sandbox.stripe}/_fail?status=0&when=after`)
    await expect(registration.register(contextWith(), hook())).rejects.toThrow('no answer')
    const again = await registration.register(contextWith(), hook())
    expect((await held()).webhookEndpoints).toMatchObject([{ id: again.state['id'] }])
    // Another name is another endpoint; what was left at this address goes.
    const other = await registration.register(contextWith(), hook('try-2'))
    expect((await held()).webhookEndpoints).toMatchObject([{ id: other.state['id'] }])
    expect(other.state).not.toEqual(again.state)
  })

  it('is found switched off, changed and gone', async () => {
    const { state } = await registration.register(contextWith(), hook())
    const check = () => registration.check?.(contextWith(), state, hook())
    expect(await check()).toBe('active')
    await http().post(`v1/webhook_endpoints/${state['id']}`, { form: { disabled: true } })
    expect(await check()).toBe('switched_off')
    await http().post(`v1/webhook_endpoints/${state['id']}`, {
      form: { disabled: false, enabled_events: ['payout.paid'] },
    })
    expect(await check()).toBe('differs')
    await registration.remove(contextWith(), state)
    expect(await check()).toBe('gone')
    await registration.remove(contextWith(), state)
  })
})

describe('the Stripe stand-in refuses', () => {
  it('a key that may not write endpoints, in words that say what to do', async () => {
    expect(
      await failureOf(registration.register(contextWith('rk_test_reader_sandbox-token'), hook())),
    ).toMatchObject({ class: 'fix_connection', message: expect.stringContaining('rak_webhook_write') })
    expect(await failureOf(registration.register(contextWith('sk_test_another'), hook()))).toMatchObject({
      class: 'fix_connection',
      message: expect.stringContaining('does not accept the secret key'),
    })
  })

  it.each([
    ['an address without a scheme', { url: 'hub.example.org/hooks/k3y' }, 'explicit scheme'],
    ['a type it does not know', { enabled_events: ['order.paid'] }, 'enabled_events[0]'],
    ['an address that is missing', { url: undefined }, 'Missing required param: url'],
    ['a version that is none', { api_version: 'latest' }, 'Invalid Stripe API version'],
  ])('%s', async (_what, over, words) => {
    const form = { url: receiver.url, enabled_events: ['invoice.paid'], ...over }
    const failure = await failureOf(http().post('v1/webhook_endpoints', { form }))
    expect(failure).toMatchObject({ class: 'fix_mapping', message: expect.stringContaining(words) })
  })

  it('JSON, a key used for something else, and a seventeenth endpoint', async () => {
    const form = { url: receiver.url, enabled_events: ['invoice.paid'] }
    expect(await failureOf(http().post('v1/webhook_endpoints', { json: form }))).toMatchObject({
      message: expect.stringContaining('content type'),
    })
    const headers = { 'idempotency-key': 'k' }
    await http().post('v1/webhook_endpoints', { form, headers })
    const other = { ...form, enabled_events: ['payout.paid'] }
    expect(await failureOf(http().post('v1/webhook_endpoints', { form: other, headers }))).toMatchObject({
      message: expect.stringContaining('same parameters'),
    })
    for (let made = 1; made < 16; made++) await http().post('v1/webhook_endpoints', { form })
    expect(await failureOf(http().post('v1/webhook_endpoints', { form }))).toMatchObject({
      message: expect.stringContaining('maximum of 16'),
    })
  })
})

const http = (): Http => contextWith().http
