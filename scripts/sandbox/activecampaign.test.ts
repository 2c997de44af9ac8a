import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpStatusError, InputRefusedError, NetworkError, readHook, readPayload } from '#sdk'
import type { Http } from '#sdk'
import activecampaign from '../../connectors/activecampaign/index.ts'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'
import { localHttp } from '../../connectors/sdk/testing/local-http.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'
import { receiveHooks } from './testing/receive-hooks.ts'
import type { HookReceiver } from './testing/receive-hooks.ts'

let sandbox: Sandbox
/** A clock that goes on by a second with each look, so that the account's pace is never too fast. */
let time: number

beforeEach(async () => {
  time = Date.parse('2026-11-02T09:00:00Z')
  const now = () => new Date((time += 1_000))
  sandbox = await startSandbox({ only: ['activecampaign'], now })
})
afterEach(() => sandbox.close())

const auth = activecampaign.auth.fields.parse({
  accountUrl: 'https://lumen.api-us1.com',
  apiKey: 'sandbox-token',
})
const httpWith = (credentials: unknown = auth): Http =>
  localHttp(sandbox.activecampaign, activecampaign.auth.http?.(credentials) ?? {}).http

function actionOf(name: string) {
  const action = activecampaign.actions[name]
  if (!action) throw new Error(`There is no action ${name}.`)
  return action
}

/** Carries out one action of the real connector against the stand-in. */
function act(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const action = actionOf(name)
  const context = { http: httpWith(), auth, key: 'dlv_1', now: new Date(time) }
  return action.run(context, action.input.parse(input))
}

async function failureOf(done: Promise<unknown>): Promise<unknown> {
  const error = await done.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof InputRefusedError) return error.message
  return error instanceof HttpStatusError ? activecampaign.explain?.(error) : error
}

const held = async (): Promise<Record<string, unknown>> =>
  Object(await (await fetch(`${sandbox.activecampaign}/_received`)).json())

const nadia = { email: 'nadia@example.org' }

describe('every action against the ActiveCampaign stand-in', () => {
  it('keeps a contact once, with custom fields by tag and by title', async () => {
    const fields = { FAVOURITE_COLOUR: ['Teal', 'Plum'], 'company size': 12 }
    expect(await act('syncContact', { ...nadia, firstName: 'Nadia', fields })).toEqual({ id: '401' })
    expect(await act('syncContact', { email: 'NADIA@example.org', lastName: 'Ferreira' })).toEqual({
      id: '401',
    })
    expect(await held()).toMatchObject({
      contacts: [{ id: '401', firstName: 'Nadia', lastName: 'Ferreira' }],
      fieldValues: [{ value: '||Teal||Plum||' }, { value: '12' }],
    })
    const { current, input } = actionOf('syncContact')
    const mapped = input.parse({ ...nadia, fields: { 'Favourite colour': ['x'] } })
    expect(await current?.({ http: httpWith(), auth }, mapped)).toEqual({
      email: 'nadia@example.org',
      firstName: 'Nadia',
      lastName: 'Ferreira',
      fields: { 'Favourite colour': ['Teal', 'Plum'] },
    })
  })

  it('puts tags on and takes them off, twice as well as once', async () => {
    await act('syncContact', nadia)
    const first = await act('addTag', { ...nadia, tag: 'vip' })
    expect(await act('addTag', { ...nadia, tag: 'VIP' })).toEqual(first)
    expect(await held()).toMatchObject({ contacts: [{ tags: ['vip'] }] })
    expect(await act('removeTag', { ...nadia, tag: 'vip' })).toMatchObject({ removed: true })
    expect(await act('removeTag', { ...nadia, tag: 'vip' })).toMatchObject({ removed: false })
    expect(await held()).toMatchObject({ contacts: [{ tags: [] }] })
  })

  it('subscribes, unsubscribes, and asks before it subscribes again who has left', async () => {
    await act('syncContact', nadia)
    await act('subscribeToList', { ...nadia, listId: '1' })
    await act('unsubscribeFromList', { ...nadia, listId: '1' })
    expect(await failureOf(act('subscribeToList', { ...nadia, listId: '1' }))).toContain('has unsubscribed')
    expect(await held()).toMatchObject({ lists: [{ to: '1', status: '2' }] })
    await act('subscribeToList', { ...nadia, listId: '1', resubscribe: true })
    expect(await held()).toMatchObject({ lists: [{ to: '1', status: '1' }] })
  })

  it('makes deals, moves them, and does the rest', async () => {
    await act('syncContact', nadia)
    const deal = { ...nadia, title: 'Order 881', value: 19.99, currency: 'EUR', stage: '1' }
    expect(await act('createDeal', deal)).toEqual({ id: '31' })
    await act('updateDeal', { dealId: '31', stage: '2', status: 'won' })
    await act('addNote', { note: 'Signed.', dealId: '31' })
    await act('addNote', { note: 'Prefers mornings.', ...nadia })
    await act('createTask', { title: 'Ring', ...nadia })
    await act('addToAutomation', { ...nadia, automationId: '1' })
    expect(await held()).toMatchObject({
      deals: [{ title: 'Order 881', value: 1999, currency: 'eur', stage: '2', status: 1 }],
      notes: [{ on: 'deals/31' }, { on: 'contacts/401' }],
      tasks: [{ title: 'Ring', ownerType: 'contact' }],
      automations: [{ contact: '401', to: '1' }],
    })
    expect(await act('removeFromAutomation', { ...nadia, automationId: '1' })).toMatchObject({
      removed: true,
    })
    const { current, input } = actionOf('updateDeal')
    expect(await current?.({ http: httpWith(), auth }, input.parse({ dealId: '31' }))).toMatchObject({
      value: 19.99,
      currency: 'EUR',
      status: 'won',
    })
  })

  it.each([
    ['createDeal', { title: 'Order 881', value: 5, currency: 'EUR', stage: '1' }, { id: '31' }],
    ['addNote', { note: 'Prefers mornings.' }, { id: '70' }],
    ['addToAutomation', { automationId: '1' }, { id: '71', contactId: '401' }],
  ])('finds what %s did before the connection broke', async (name, input, output) => {
    await act('syncContact', nadia)
    const contact = { contactId: '401', ...input }
    const since = new Date(time)
    await fetch(`${sandbox.activecampaign}/_fail?status=0&when=after`)
    await expect(act(name, contact)).rejects.toBeInstanceOf(NetworkError)
    const { confirm, input: schema } = actionOf(name)
    const ask = () => confirm?.({ http: httpWith(), auth }, schema.parse(contact), { since, key: 'dlv_1' })
    expect(await ask()).toEqual({ outcome: 'found', output })
  })

  it.each([
    ['createDeal', { title: 'Order 881', value: 5, currency: 'EUR', stage: '1' }],
    ['addNote', { note: 'Prefers mornings.' }],
    ['addToAutomation', { automationId: '1' }],
  ])('sees that %s never arrived', async (name, input) => {
    await act('syncContact', nadia)
    const { confirm, input: schema } = actionOf(name)
    const mapped = schema.parse({ contactId: '401', ...input })
    const doubt = { since: new Date(time), key: 'dlv_1' }
    expect(await confirm?.({ http: httpWith(), auth }, mapped, doubt)).toEqual({ outcome: 'absent' })
  })
})

describe('what the ActiveCampaign stand-in refuses', () => {
  it('says whose affair it is, in words the connector understands', async () => {
    await act('syncContact', nadia)
    const wrong = activecampaign.auth.fields.parse({ ...auth, apiKey: 'another' })
    const check = activecampaign.auth.check?.({ http: httpWith(wrong), auth: wrong })
    expect(await failureOf(check ?? Promise.resolve())).toMatchObject({ class: 'fix_connection' })
    expect(await activecampaign.auth.check?.({ http: httpWith(), auth })).toEqual({
      account: 'sandbox@lumen.example',
    })
    expect(await failureOf(act('addTag', { contactId: '999', tag: 'vip' }))).toMatchObject({ class: 'gone' })
    expect(await failureOf(act('subscribeToList', { ...nadia, listId: '77' }))).toMatchObject({
      class: 'gone',
    })
    const deal = { ...nadia, title: 'x', value: 1, currency: 'EUR' }
    expect(await failureOf(act('createDeal', { ...deal, group: '2' }))).toEqual({
      class: 'fix_mapping',
      message: 'owner: The owner is missing.',
    })
    expect(await failureOf(act('createDeal', { ...deal, stage: '77' }))).toMatchObject({ class: 'gone' })
    expect(await failureOf(act('updateDeal', { dealId: '1', stage: '1' }))).toMatchObject({ class: 'gone' })
  })

  it('takes an address once only where it is told to make somebody new, and JSON only', async () => {
    await act('syncContact', nadia)
    const ask = (body: string, type = 'application/json') =>
      fetch(`${sandbox.activecampaign}/api/3/contacts`, {
        method: 'POST',
        headers: { 'api-token': 'sandbox-token', 'content-type': type },
        body,
      })
    const again = await ask(JSON.stringify({ contact: nadia }))
    expect([again.status, await again.json()]).toMatchObject([422, { errors: [{ code: 'duplicate' }] }])
    expect((await ask('{"contact":{}}')).status).toBe(422)
    expect((await ask('contact[email]=x', 'application/x-www-form-urlencoded')).status).toBe(400)
  })

  it('asks for a slower pace beyond five requests a second', async () => {
    const still = await startSandbox({ only: ['activecampaign'], now: () => new Date(0) })
    try {
      const headers = { 'api-token': 'sandbox-token' }
      const ask = () => fetch(`${still.activecampaign}/api/3/users/me`, { headers })
      const answers = [await ask(), await ask(), await ask(), await ask(), await ask(), await ask()]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
      expect(answers.at(-1)?.headers.get('retry-after')).toBe('1')
      expect(answers[0]?.headers.get('ratelimit-remaining')).toBe('4')
    } finally {
      await still.close()
    }
  })
})

describe('what the ActiveCampaign stand-in tells', () => {
  let receiver: HookReceiver
  beforeEach(async () => {
    receiver = await receiveHooks()
  })
  afterEach(() => receiver.close())

  const emit = (query: string) => fetch(`${sandbox.activecampaign}/_emit?${query}`)
  function keysIn(page: unknown): string[] {
    const inbound = activecampaign.inbound.find(({ id }) => id === 'contacts')
    const headers = { 'content-type': 'application/json' }
    const reading = inbound && readPayload(inbound, hookOf({ headers, body: JSON.stringify(page) }), auth)
    return reading?.outcome === 'read' ? reading.items.map((item) => (item.ok ? item.dedupeKey : '')) : []
  }

  const registering = () => ({ http: httpWith(), auth, now: new Date(time), subject: '' })

  it('reaches whoever has registered, is understood, and stops when it is taken away', async () => {
    const { registration } = activecampaign
    const registered = await registration?.register(registering(), { url: receiver.url, id: 'x' })
    expect(await registration?.check?.(registering(), registered?.state ?? {}, { url: receiver.url })).toBe(
      'active',
    )
    await emit('event=contact_tag_added&tag=vip&email=nadia@example.org')
    await emit('event=deal_update&email=nadia@example.org')
    const read = receiver.hooks.map((hook) => readHook(activecampaign, hook, [auth]))
    expect(read).toMatchObject([
      { items: [{ events: [{ name: 'contact.tag_added', contact: { email: 'nadia@example.org' } }] }] },
      {
        items: [{ events: [{ name: 'deal.updated' }, { name: 'deal.stage_changed' }, { name: 'deal.won' }] }],
      },
    ])
    await registration?.remove(registering(), registered?.state ?? {})
    await emit('event=update')
    expect(receiver.hooks).toHaveLength(2)
    expect(await registration?.check?.(registering(), registered?.state ?? {}, { url: receiver.url })).toBe(
      'gone',
    )
  })

  it('is set up once, although nobody knew whether the first try arrived', async () => {
    await activecampaign.registration?.register(registering(), { url: receiver.url, id: 'x' })
    await activecampaign.registration?.register(registering(), { url: receiver.url, id: 'x' })
    await emit('event=update')
    expect(receiver.hooks).toHaveLength(1)
  })

  it('ends with one answer of 410, and the connector sees it', async () => {
    const registered = await activecampaign.registration?.register(registering(), {
      url: receiver.url,
      id: 'x',
    })
    receiver.status = 410
    await emit('event=update')
    await emit('event=update')
    expect(receiver.hooks).toHaveLength(1)
    const check = activecampaign.registration?.check?.(registering(), registered?.state ?? {}, {
      url: receiver.url,
    })
    expect(await check).toBe('switched_off')
  })

  it('goes where it is told to, without being asked again after a failure', async () => {
    receiver.status = 503
    const answer = await emit(`event=subscribe&list=2&to=${encodeURIComponent(receiver.url)}`)
    expect(await answer.json()).toMatchObject({ sent: [{ status: 503 }] })
    expect(receiver.hooks).toHaveLength(1)
    expect((await emit('event=nothing')).status).toBe(400)
  })

  it('is found by the poll as well: who came, and who changed, each once', async () => {
    const poll = activecampaign.polls?.contacts
    if (!poll) throw new Error('The connector polls nothing.')
    const ask = (cursor?: string) => poll.fetch(registering(), cursor)
    await act('syncContact', { email: 'before@example.org' })
    time += 3_600_000
    const begun = await ask()
    time += 600_000
    await act('syncContact', nadia)
    const first = await ask(begun.cursor)
    expect(first.payload).toMatchObject({ contacts: [{ email: 'nadia@example.org' }] })
    time += 600_000
    // It looks back a little, and finds the same fact under the same name.
    const second = await ask(first.cursor)
    expect(keysIn(second.payload)).toEqual(keysIn(first.payload))
    time += 600_000
    const third = await ask(second.cursor)
    expect(third).not.toHaveProperty('payload')
    await act('syncContact', { email: 'before@example.org', firstName: 'B' })
    expect((await ask(third.cursor)).payload).toMatchObject({ contacts: [{ firstName: 'B' }] })
  })

  it('shows its webhooks on its page, with a link for each', async () => {
    await emit(`event=update&to=${encodeURIComponent(receiver.url)}`)
    const html = await (await fetch(sandbox.activecampaign)).text()
    expect(html).toContain('href="/_emit?event=contact_tag_added"')
    expect(html).toContain('Webhooks posted (1)')
  })
})
