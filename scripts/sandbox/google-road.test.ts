import { afterAll, beforeAll, expect, it } from 'vitest'
import { planConnection } from '../../server/connections/plan-connection.ts'
import { beginSignIn } from '../../server/testing/sign-in-as.ts'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import type { TestHub } from '../../server/testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../../server/testing/wire.ts'
import type { WiredConnection } from '../../server/testing/wire.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'

/* The whole road between two stand-ins of Google's: a meeting in the calendar becomes a row in the sheet. */

let clock = Date.parse('2026-11-20T09:00:00Z')
const now = () => new Date(clock)
let sandbox: Sandbox
let hub: TestHub
let workspaceId: string
let calendar: WiredConnection
let sheet: WiredConnection
let flowId: string

beforeAll(async () => {
  sandbox = await startSandbox({ only: ['google-sheets', 'google-calendar'], now })
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now })
  workspaceId = (await hub.deps.workspaces.all())[0]?.id ?? ''
  const wire = wireUp(hub.deps, workspaceId)
  calendar = await wire.connection(
    'google-calendar',
    { serviceAccountKey: await keyOf('google-calendar'), calendars: 'sales@shop.example' },
    { apiUrl: sandbox['google-calendar'] },
  )
  sheet = await wire.connection(
    'google-sheets',
    { serviceAccountKey: await keyOf('google-sheets'), spreadsheet: 'sandbox-spreadsheet' },
    // The hub's clock stands still between two looks: nothing may have to wait for the next slice of a rate limit.
    { apiUrl: sandbox['google-sheets'], limits: { requests: 1_000, perMs: 1_000 } },
  )
  const row = await wire.mapping('google-sheets', 'appendRow', {
    'values.Email': field('contact.email'),
    'values.Name': field('contact.full_name'),
    'values.Source': fixed('calendar'),
  })
  flowId = await wire.flow({
    trigger: { connectionId: calendar.id, events: ['meeting.booked'] },
    entry: 'every_event',
    steps: [step(hub.deps, sheet.id, 'appendRow', row)],
  })
  await planConnection(hub.deps, { id: calendar.id, connectorId: 'google-calendar' })
  await planConnection(hub.deps, { id: sheet.id, connectorId: 'google-sheets' })
})

afterAll(async () => {
  await hub.close()
  await sandbox.close()
})

const jsonAt = async (address: string) => Object(await (await fetch(address)).json())
const keyOf = async (name: 'google-sheets' | 'google-calendar') =>
  JSON.stringify(await jsonAt(`${sandbox[name]}/_service-account.json`))
const person = (query: string) =>
  jsonAt(`${sandbox['google-calendar']}/_emit?calendar=sales@shop.example&${query}`)
const rows = async () => (await jsonAt(`${sandbox['google-sheets']}/_received`)).Leads.slice(1)

/** Lets time pass, looks where it is time to look, and works everything through. */
async function after(seconds: number): Promise<void> {
  clock += seconds * 1000
  await hub.registrar.idle()
  await hub.registrar.round()
  await hub.registrar.idle()
  await hub.poller.idle()
  await hub.poller.round()
  await hub.poller.idle()
  await hub.settled()
}

interface Channel {
  id: string
  address: string
  number: number
}
const channels = async (): Promise<Channel[]> =>
  (await jsonAt(`${sandbox['google-calendar']}/_received`)).channels

async function happened(): Promise<string[]> {
  const events = await hub.deps
    .storesOf(workspaceId)
    .events.page({ connectionId: calendar.id }, undefined, 100)
  return events.toReversed().map(({ draft }) => `${draft.name} ${draft.contact?.email}`)
}

it('learns the calendar with a token of its own, and calls nothing in it news', async () => {
  await person('event=meeting.booked&email=before@example.org')
  await after(0)
  expect(await happened()).toEqual([])
})

it('opens a channel with a token that nobody had to type, and takes Google’s word that it is open', async () => {
  const [channel, ...others] = await channels()
  expect(others).toEqual([])
  expect(channel?.address).toMatch(`${hub.url}${calendar.hookPath}?calendar=`)
  const { messages } = await jsonAt(`${sandbox['google-calendar']}/_received`)
  expect(messages).toMatchObject([{ state: 'sync', status: 202 }])
})

it('makes a row of a meeting as soon as Google says that something changed', async () => {
  await person('event=meeting.booked&email=ana@example.org&name=Ana%20L%C3%B3pez')
  await hub.settled()
  await after(2)
  expect(await happened()).toEqual(['meeting.booked ana@example.org'])
  expect(await rows()).toEqual([
    ['ana@example.org', 'Ana López', null, 'calendar', null, expect.stringMatching(/^dlv_/)],
  ])
})

it('lets nobody wake it who does not know the token', async () => {
  const [channel] = await channels()
  const headers = {
    'x-goog-channel-id': channel?.id ?? '',
    'x-goog-channel-token': 'another token that is long enough, too',
    'x-goog-resource-state': 'exists',
    'x-goog-message-number': '99',
  }
  expect((await fetch(channel?.address ?? '', { method: 'POST', headers })).status).toBe(401)
})

it('finds out by itself where Google’s message got lost', async () => {
  await person('event=meeting.moved&start=2026-11-24T10:00:00Z&silent=yes')
  await after(150)
  expect((await happened()).slice(1)).toEqual(['meeting.rescheduled ana@example.org'])
})

it('tells a meeting that was there before as moved and cancelled, and not as new', async () => {
  const { id } = (await jsonAt(`${sandbox['google-calendar']}/_received`))['sales@shop.example'][0]
  await person(`event=meeting.moved&id=${id}&start=2026-11-25T10:00:00Z`)
  await after(150)
  await person(`event=meeting.cancelled&id=${id}`)
  await after(150)
  expect((await happened()).slice(2)).toEqual([
    'meeting.rescheduled before@example.org',
    'meeting.cancelled before@example.org',
  ])
})

it('misses and repeats nothing when Google’s sync token ends', async () => {
  await person('event=meeting.booked&email=eva@example.org')
  await person('event=sync-tokens.ended')
  await after(150)
  await after(150)
  expect((await happened()).slice(4)).toEqual(['meeting.booked eva@example.org'])
  expect(await rows()).toHaveLength(2)
})

it('asked for one token, however often it looked', async () => {
  const { received } = await jsonAt(`${sandbox['google-calendar']}/_received`)
  expect(received.filter(({ path }: { path: string }) => path === '/token')).toHaveLength(1)
})

it('opens another channel before the week of the first is over, and closes that one then', async () => {
  const [first] = await channels()
  await after(6.9 * 86_400)
  const [second, ...others] = await channels()
  expect(others).toEqual([])
  expect(second?.id).not.toBe(first?.id)
  const before = (await happened()).length
  await person('event=meeting.booked&email=jan@example.org')
  await hub.settled()
  await after(2)
  expect((await happened()).slice(before)).toEqual(['meeting.booked jan@example.org'])
})

it('does not take the rows that it wrote itself for news', async () => {
  await jsonAt(`${sandbox['google-sheets']}/_emit?event=row.added&email=typed@example.org`)
  await after(150)
  const events = await hub.deps.storesOf(workspaceId).events.page({ connectionId: sheet.id }, undefined, 100)
  expect(events.map(({ draft }) => `${draft.name} ${draft.contact?.email}`)).toEqual([
    'sheet.row_added typed@example.org',
  ])
})

it('closes its channel when the connection is deleted', async () => {
  await hub.graphql(`mutation { deleteFlow(id: "${flowId}") { __typename } }`)
  const { deleteConnection } = await hub.graphql(
    `mutation { deleteConnection(id: "${calendar.id}") { ... on Deleted { leftBehind { code } } } }`,
  )
  expect(deleteConnection).toEqual({ leftBehind: [] })
  expect(await channels()).toEqual([])
})

it('signs in as oneself at Google’s page, and then works in one’s own name', async () => {
  const credentials = {
    signIn: 'google_account',
    clientId: 'sandbox.apps.googleusercontent.com',
    clientSecret: 'sandbox-token',
  }
  const own = await wireUp(hub.deps, workspaceId).connection('google-calendar', credentials, {
    apiUrl: sandbox['google-calendar'],
  })
  const { browser, url } = await beginSignIn(hub, own.id)
  expect((await browser.open(`${url}&answer=agree`)).status).toBe(200)
  const { checkConnection } = await hub.graphql<Record<string, unknown>>(
    `mutation ($id: ID!) { checkConnection(id: $id) { ... on ConnectionCheck { ok account } } }`,
    { id: own.id },
  )
  expect(checkConnection).toEqual({ ok: true, account: 'Ana' })
  const answer = await hub.graphql<{ connection: { signIn: unknown } }>(
    `query ($id: ID!) { connection(id: $id) { signIn { state account renewsItself missingScopes } } }`,
    { id: own.id },
  )
  expect(answer.connection.signIn).toEqual({
    state: 'signed_in',
    account: 'Ana',
    renewsItself: true,
    missingScopes: [],
  })
})
