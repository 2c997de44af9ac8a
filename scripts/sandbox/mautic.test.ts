import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpStatusError, InputRefusedError, NetworkError, readHook } from '#sdk'
import type { Http } from '#sdk'
import mautic from '../../connectors/mautic/index.ts'
import { localHttp } from '../../connectors/sdk/testing/local-http.ts'
import { postContact } from '../../server/graphql/testing/furnish-workspace.ts'
import { beginSignIn } from '../../server/testing/sign-in-as.ts'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import { field, step, wireUp } from '../../server/testing/wire.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'
import { mauticStandIn } from './mautic.ts'
import { receiveHooks } from './testing/receive-hooks.ts'
import type { HookReceiver } from './testing/receive-hooks.ts'

let sandbox: Sandbox
const start = new Date('2026-11-02T09:00:00Z')
let now: Date

beforeEach(async () => {
  now = start
  sandbox = await startSandbox({ only: ['mautic'], now: () => now })
})
afterEach(() => sandbox.close())

const auth = mautic.auth.fields.parse({
  baseUrl: 'https://mautic.lumen.example',
  userName: 'sandbox',
  password: 'sandbox-token',
  webhookSecret: 'chosen-by-the-hub',
})
const httpWith = (credentials: unknown = auth): Http =>
  localHttp(sandbox.mautic, mautic.auth.http?.(credentials) ?? {}).http

function actionOf(name: string) {
  const action = mautic.actions[name]
  if (!action) throw new Error(`There is no action ${name}.`)
  return action
}

/** Carries out one action of the real connector against the stand-in. */
function act(name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const action = actionOf(name)
  return action.run({ http: httpWith(), auth, key: 'dlv_1', now }, action.input.parse(input))
}

async function failureOf(done: Promise<unknown>): Promise<unknown> {
  const error = await done.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof InputRefusedError) return error.message
  return error instanceof HttpStatusError ? mautic.explain?.(error) : error
}

const held = async (): Promise<Record<string, unknown>> =>
  Object(await (await fetch(`${sandbox.mautic}/_received`)).json())

const zofia = { email: 'zofia@example.org' }

describe('every action against the Mautic stand-in', () => {
  it('keeps a contact once, and says which field it does not have', async () => {
    const first = { ...zofia, firstname: 'Zofia', company: 'Kwiaty & Co', tags: ['vip'] }
    expect(await act('upsertContact', first)).toEqual({ id: '201', created: true })
    expect(await act('upsertContact', { email: 'ZOFIA@example.org', lastname: 'Nowak' })).toEqual({
      id: '201',
      created: false,
    })
    const unknown = act('upsertContact', {
      ...zofia,
      fields: { shoes: '41', favourite_colour: ['Teal', 'Plum'] },
    })
    expect(await failureOf(unknown)).toBe(
      'Mautic has no contact field with the alias “shoes”. Everything else is saved.',
    )
    expect(await held()).toMatchObject({
      contacts: [
        { values: { firstname: 'Zofia', lastname: 'Nowak', favourite_colour: 'Teal|Plum' }, tags: ['vip'] },
      ],
    })
    const { current, input } = actionOf('upsertContact')
    const mapped = input.parse({ ...zofia, fields: { favourite_colour: ['x'] } })
    expect(await current?.({ http: httpWith(), auth }, mapped)).toEqual({
      ...zofia,
      firstname: 'Zofia',
      lastname: 'Nowak',
      company: 'Kwiaty & Co',
      fields: { favourite_colour: ['Teal', 'Plum'] },
    })
  })

  it('changes tags, segments, stages, points and whether somebody may be written to', async () => {
    await act('upsertContact', { ...zofia, tags: ['newcomer'] })
    await act('changeTags', { ...zofia, add: ['vip'], remove: ['newcomer'] })
    await act('updateContact', { ...zofia, city: 'Łódź' })
    await act('addToSegment', { ...zofia, segmentId: '1' })
    await act('addToSegment', { ...zofia, segmentId: '2' })
    await act('removeFromSegment', { ...zofia, segmentId: '2' })
    await act('addToCampaign', { ...zofia, campaignId: '1' })
    await act('changePoints', { ...zofia, points: 10 })
    await act('changePoints', { ...zofia, points: -3 })
    await act('setStage', { ...zofia, stageId: '2' })
    await act('unsubscribe', zofia)
    await act('unsubscribe', { ...zofia, channel: 'sms', reason: 'manual' })
    await act('resubscribe', { ...zofia, channel: 'sms' })
    expect(await held()).toMatchObject({
      contacts: [
        { tags: ['vip'], values: { city: 'Łódź' }, points: 7, stage: 2, doNotContact: { email: 1 } },
      ],
      segments: { 1: [201], 2: [] },
      campaigns: { 1: [201] },
    })
    const { current, input } = actionOf('setStage')
    const mapped = input.parse({ ...zofia, stageId: '3' })
    expect(await current?.({ http: httpWith(), auth }, mapped)).toEqual({ stageId: '2' })
    await act('removeFromCampaign', { ...zofia, campaignId: '1' })
    expect(await held()).toMatchObject({ campaigns: { 1: [] } })
  })

  it('writes notes and sends emails, and finds out that one was not sent', async () => {
    await act('upsertContact', zofia)
    expect(await act('addNote', { ...zofia, text: 'Prefers mornings.', type: 'call' })).toEqual({ id: '70' })
    await act('sendEmail', { ...zofia, emailId: '6', tokens: { order: '881' } })
    expect(await held()).toMatchObject({
      notes: [{ contact: 201, text: 'Prefers mornings.', type: 'call' }],
      emails: [{ email: 6, contact: 201, tokens: { '{order}': '881' } }],
    })
    await fetch(`${sandbox.mautic}/api/contacts/new`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa('sandbox:sandbox-token')}`,
        'content-type': 'application/json',
      },
      body: '{"mobile":"+48512000333"}',
    })
    expect(await failureOf(act('sendEmail', { contactId: '202', emailId: '6' }))).toBe(
      'Mautic did not send the email. Mautic says: Invalid email address',
    )
  })

  it.each([
    ['addNote', { text: 'Tom & me' }, { id: '70' }],
    ['addToCampaign', { campaignId: '1' }, { contactId: '201', campaignId: '1' }],
  ])('finds what %s did before the connection broke, and only then', async (name, input, output) => {
    await act('upsertContact', zofia)
    const contact = { contactId: '201', ...input }
    const { confirm, input: schema } = actionOf(name)
    const ask = () =>
      confirm?.({ http: httpWith(), auth }, schema.parse(contact), { since: now, key: 'dlv_1' })
    expect(await ask()).toEqual({ outcome: 'absent' })
    await fetch(`${sandbox.mautic}/_fail?status=0&when=after`)
    await expect(act(name, contact)).rejects.toBeInstanceOf(NetworkError)
    expect(await ask()).toEqual({ outcome: 'found', output })
  })
})

describe('what the Mautic stand-in refuses', () => {
  it('says whose affair it is, in words the connector understands', async () => {
    await act('upsertContact', zofia)
    const wrong = mautic.auth.fields.parse({ ...auth, password: 'another' })
    const check = mautic.auth.check?.({ http: httpWith(wrong), auth: wrong })
    expect(await failureOf(check ?? Promise.resolve())).toMatchObject({ class: 'fix_connection' })
    expect(await mautic.auth.check?.({ http: httpWith(), auth })).toEqual({
      account: 'sandbox at mautic.lumen.example (Mautic 5.1.0)',
    })
    expect(await failureOf(act('upsertContact', { ...zofia, country: 'PL' }))).toEqual({
      class: 'fix_mapping',
      message: 'country: This value is not valid.',
    })
    expect(await failureOf(act('addToSegment', { ...zofia, segmentId: '77' }))).toMatchObject({
      class: 'gone',
    })
    expect(await failureOf(act('changePoints', { contactId: '999', points: 1 }))).toMatchObject({
      class: 'gone',
    })
    expect(await failureOf(act('setStage', { ...zofia, stageId: '77' }))).toMatchObject({
      class: 'fix_mapping',
    })
    expect(await failureOf(act('addNote', { email: 'nobody@example.org', text: 'x' }))).toContain(
      'no contact',
    )
  })

  it('takes JSON only, and no number 0 for a number', async () => {
    await act('upsertContact', { ...zofia, fields: { company_size: 12 } })
    await act('upsertContact', { ...zofia, fields: { company_size: 0 } })
    expect(await held()).toMatchObject({ contacts: [{ values: { company_size: '12' } }] })
    const answer = await fetch(`${sandbox.mautic}/api/contacts/new`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('sandbox:sandbox-token')}`, 'content-type': 'text/plain' },
      body: '{"email":"a@example.org"}',
    })
    expect(answer.status).toBe(400)
  })

  it('makes one contact of two when one takes the other’s address', async () => {
    await act('upsertContact', { ...zofia, tags: ['a'] })
    await act('upsertContact', { email: 'other@example.org', tags: ['b'] })
    await act('updateContact', { contactId: '201', fields: { email: 'other@example.org' } })
    expect(await held()).toMatchObject({ contacts: [{ id: 201, tags: ['a', 'b'] }] })
  })

  it('counts calls by the hour, where somebody switched that on', () => {
    const character = mauticStandIn('p', () => now, { callsPerHour: 2 })
    const asked = {
      method: 'GET',
      path: '/api/contacts',
      query: new URLSearchParams(),
      headers: { authorization: `Basic ${btoa('sandbox:p')}` },
      body: '',
    }
    const answers = [character.answer(asked), character.answer(asked), character.answer(asked)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers[2]).toMatchObject({ headers: { 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '0' } })
  })
})

describe('what the Mautic stand-in tells', () => {
  let receiver: HookReceiver
  beforeEach(async () => {
    receiver = await receiveHooks()
  })
  afterEach(() => receiver.close())

  const emit = (query: string) => fetch(`${sandbox.mautic}/_emit?${query}`)
  const registering = () => ({ http: httpWith(), auth, now, subject: '' })
  const register = async () =>
    (await mautic.registration?.register(registering(), { url: receiver.url, id: 'x' }))?.state ?? {}
  const check = (state: Record<string, string>) =>
    mautic.registration?.check?.(registering(), state, { url: receiver.url })

  it('is signed with the secret of the registration, and understood', async () => {
    const state = await register()
    expect(await check(state)).toBe('active')
    await emit('event=mautic.lead_points_change&points=25&email=zofia@example.org')
    const [hook] = receiver.hooks
    if (!hook) throw new Error('Nothing was posted.')
    expect(hook.body.toString()).toContain('"new_points":25')
    expect(readHook(mautic, hook, [auth])).toMatchObject({
      inbound: 'webhook',
      items: [{ events: [{ name: 'score.changed', contact: { email: 'zofia@example.org' } }] }],
    })
    const another = mautic.auth.fields.parse({ ...auth, webhookSecret: 'of-somebody-else' })
    expect(readHook(mautic, hook, [another])).toMatchObject({ reason: { code: 'signature_mismatch' } })
  })

  it('comes as a batch of several kinds, in the order in which they happened', async () => {
    await register()
    await emit(
      'event=mautic.form_on_submit,mautic.lead_post_save_new,mautic.page_on_hit&url=https://łódź.example/é',
    )
    expect(receiver.hooks).toHaveLength(1)
    const [hook] = receiver.hooks
    expect(hook?.body.toString()).toContain(String.raw`https:\/\/\u0142`)
    const reading = hook && readHook(mautic, hook, [auth])
    const names =
      reading?.outcome === 'read'
        ? reading.items.flatMap((item) => (item.ok ? item.events.map(({ name }) => name) : []))
        : []
    expect(names).toEqual(['form.submitted', 'contact.created', 'page.viewed'])
  })

  it('is set up once, ends with an answer of 410, and is taken away', async () => {
    await register()
    const state = await register()
    receiver.status = 410
    await emit('event=mautic.lead_post_save_new')
    await emit('event=mautic.lead_post_save_new')
    expect(receiver.hooks).toHaveLength(1)
    expect(await check(state)).toBe('switched_off')
    await mautic.registration?.remove(registering(), state)
    expect(await check(state)).toBe('gone')
    await mautic.registration?.remove(registering(), state)
  })
})

describe('a hub signed in at Mautic', () => {
  /** A hub whose contacts become Mautic's, through a connection with these credentials. */
  async function wired(credentials: Record<string, unknown>) {
    const hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now: () => now })
    const workspaceId = (await hub.deps.workspaces.all())[0]?.id ?? ''
    const wire = wireUp(hub.deps, workspaceId)
    const source = await wire.connection('webhook', {})
    const { id } = await wire.connection('mautic', { baseUrl: sandbox.mautic, ...credentials })
    const mappingId = await wire.mapping('mautic', 'upsertContact', { email: field('event.contact.email') })
    await wire.flow({
      trigger: { connectionId: source.id, events: ['contact.created'] },
      entry: 'every_event',
      steps: [step(hub.deps, id, 'upsertContact', mappingId)],
    })
    return {
      ...hub,
      id,
      async arrive(email: string) {
        await postContact(hub.url + source.hookPath, email, email)
        await hub.settled()
      },
    }
  }
  const emails = async () => {
    const { contacts } = await held()
    return Array.isArray(contacts) ? contacts.map((contact) => contact.values.email) : []
  }
  const keys = { clientId: '1_sandbox', clientSecret: 'sandbox-token' }

  it('delivers with a user name and a password', async () => {
    const hub = await wired({ userName: 'sandbox', password: 'sandbox-token' })
    try {
      await hub.arrive('ana@example.org')
      expect(await emails()).toEqual(['ana@example.org'])
    } finally {
      await hub.close()
    }
  })

  it('delivers once somebody has agreed, and goes on with a new token when the old one ends', async () => {
    const hub = await wired({ signIn: 'oauth2', ...keys })
    try {
      await hub.arrive('before@example.org')
      expect(await emails()).toEqual([])
      const begun = await beginSignIn(hub, hub.id)
      expect(new URL(begun.url).searchParams.get('grant_type')).toBe('authorization_code')
      const shown = await begun.browser.open(`${begun.url}&answer=agree`)
      expect(shown.status).toBe(200)
      await hub.settled()
      await hub.arrive('ana@example.org')
      now = new Date(now.getTime() + 600_000)
      await fetch(`${sandbox.mautic}/_expire`)
      await hub.arrive('eva@example.org')
      expect(await emails()).toEqual(['before@example.org', 'ana@example.org', 'eva@example.org'])
    } finally {
      await hub.close()
    }
  })

  it('delivers as an application, with nobody signed in', async () => {
    const hub = await wired({ signIn: 'client_credentials', ...keys })
    try {
      await hub.arrive('ana@example.org')
      expect(await emails()).toEqual(['ana@example.org'])
    } finally {
      await hub.close()
    }
  })

  it('sets its webhook up with a secret of its own, and takes what is signed with it alone', async () => {
    const hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now: () => now })
    try {
      const { createConnection } = await hub.graphql<{ createConnection: { id: string; hookUrl: string } }>(
        `mutation ($credentials: JSON!) {
          createConnection(connectorId: "mautic", name: "Mautic", credentials: $credentials) {
            ... on Connection { id hookUrl }
          }
        }`,
        { credentials: { baseUrl: sandbox.mautic, userName: 'sandbox', password: 'sandbox-token' } },
      )
      await hub.registrar.round()
      await hub.registrar.idle()
      const { webhooks } = await held()
      expect(webhooks).toMatchObject([{ webhookUrl: createConnection.hookUrl, isPublished: true }])
      const emit = (query: string) => fetch(`${sandbox.mautic}/_emit?event=mautic.lead_points_change${query}`)
      expect(await (await emit('')).json()).toMatchObject({ sent: [{ status: 202 }] })
      const forged = await emit(`&to=${encodeURIComponent(createConnection.hookUrl)}&secret=guessed`)
      expect(await forged.json()).toMatchObject({ sent: [{ status: 202 }, { status: 401 }] })
      await hub.settled()
      const workspaceId = (await hub.deps.workspaces.all())[0]?.id ?? ''
      const events = await hub.deps.storesOf(workspaceId).events.page({}, undefined, 10)
      // The second is the same fact in the same second, and counts once.
      expect(events.map(({ draft }) => draft.name)).toEqual(['score.changed'])
    } finally {
      await hub.close()
    }
  })
})
