import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import type { TestHub } from '../../server/testing/start-test-hub.ts'
import { connectorNamed } from '../hooks/connector-named.ts'
import { signRequest } from '../hooks/sign-request.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox, StandInName } from '../sandbox.ts'

/*
 * Recipes of several steps, taken through the API as the page takes them, each with something that happens in its tool
 * and with what arrives in the others, who refuse what the real ones would.
 */

let clock = Date.parse('2026-11-20T09:00:00Z')
// Large enough that the vendors' limits are over in time, small enough that no lease ends before its work is done: a busy
// machine looks at the clock more often.
const now = () => new Date((clock += 60))
let sandbox: Sandbox
let hub: TestHub

const names = ['website', 'stripe', 'hubspot', 'activecampaign', 'mautic', 'sheets', 'calendar', 'mail']
const tools: Record<string, { id: string; hookUrl: string }> = {}
/** What nobody but a person knows, of all the recipes. */
const gaps: string[] = []
const clientSecret = 'the client secret of a private app'

beforeAll(async () => {
  sandbox = await startSandbox({ now })
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now })
  for (const name of names) tools[name] = await connected(name)
  await columns('Email, Name, Order, Total, Currency, Date, Deal, Amount, Meeting, Host')
  await after(0)
  gaps.push(
    ...(await take('lead-to-crm-colleague-and-answer', 'website', ['hubspot', 'mail', 'mail'], {
      1: { to: 'sales@lumen.example' },
    })),
    ...(await take('warm-lead-to-call', 'mautic', ['hubspot', 'hubspot'])),
    ...(await take('sale-to-newsletter-and-sheet', 'stripe', ['activecampaign', 'activecampaign', 'sheets'])),
    ...(await take('order-to-crm-and-sheet', 'website', ['hubspot', 'hubspot', 'sheets'])),
    ...(await take(
      'won-deal-to-welcome-and-sheet',
      'hubspot',
      ['activecampaign', 'activecampaign', 'sheets'],
      {
        1: { automationId: '1' },
      },
    )),
    ...(await take('meeting-to-crm-and-sheet', 'calendar', ['hubspot', 'hubspot', 'sheets'])),
  )
  await leads()
  await warms('zofia@example.org', 55)
  await warms('tomek@example.org', 20)
  await buys()
  await orders()
  await isWon()
  await meets()
  await after(6)
})

afterAll(async () => {
  await hub.close()
  await sandbox.close()
})

async function connected(name: string): Promise<{ id: string; hookUrl: string }> {
  const key = async (vendor: StandInName) => (await fetch(`${sandbox[vendor]}/_service-account.json`)).text()
  const { connectorId, credentials, apiUrl }: { connectorId: string; credentials: unknown; apiUrl?: string } =
    {
      website: { connectorId: 'webhook', credentials: {} },
      stripe: {
        connectorId: 'stripe',
        credentials: { secretKey: 'rk_test_sandbox-token', webhookByHub: true },
        apiUrl: sandbox.stripe,
      },
      hubspot: {
        connectorId: 'hubspot',
        credentials: { accessToken: 'sandbox-token', clientSecret },
        apiUrl: sandbox.hubspot,
      },
      activecampaign: {
        connectorId: 'activecampaign',
        credentials: { accountUrl: sandbox.activecampaign, apiKey: 'sandbox-token' },
      },
      mautic: {
        connectorId: 'mautic',
        credentials: { baseUrl: sandbox.mautic, userName: 'sandbox', password: 'sandbox-token' },
      },
      sheets: {
        connectorId: 'google-sheets',
        credentials: { serviceAccountKey: await key('google-sheets'), spreadsheet: 'sandbox-spreadsheet' },
        apiUrl: sandbox['google-sheets'],
      },
      calendar: {
        connectorId: 'google-calendar',
        credentials: { serviceAccountKey: await key('google-calendar'), calendars: 'sales@shop.example' },
        apiUrl: sandbox['google-calendar'],
      },
      mail: {
        connectorId: 'smtp',
        credentials: {
          host: '127.0.0.1',
          port: sandbox.smtpPort,
          user: 'hub@example.org',
          password: 'sandbox-token',
          trustAnyCertificate: true,
          fromAddress: 'hello@lumen.example',
        },
      },
    }[name] ?? { connectorId: '', credentials: {} }
  const { createConnection } = await hub.graphql(
    `mutation ($connectorId: String!, $name: String!, $credentials: JSON!, $apiUrl: String) {
      createConnection(connectorId: $connectorId, name: $name, credentials: $credentials, apiUrl: $apiUrl) {
        ... on Connection { id hookUrl } ... on HubError { message }
      }
    }`,
    { connectorId, name, credentials, apiUrl },
  )
  return z.object({ id: z.string(), hookUrl: z.string() }).parse(createConnection)
}

/** Writes the headings of the first sheet. */
async function columns(headings: string): Promise<void> {
  const address = `${sandbox['google-sheets']}/v4/spreadsheets/sandbox-spreadsheet/values/Leads!1:1?valueInputOption=RAW`
  const body = JSON.stringify({ values: [headings.split(', ')] })
  await fetch(address, { method: 'PUT', headers: { authorization: 'Bearer sandbox-token' }, body })
}

const madeFlow = z.object({
  id: z.string(),
  gaps: z.array(z.object({ subject: z.string() })),
  draft: z.object({
    steps: z.array(z.object({ mapping: z.looseObject({ id: z.string(), version: z.int() }) })),
  }),
})

/** Takes a recipe, fills in what only a person knows, and turns it on. Returns what was left to fill in. */
async function take(
  recipeId: string,
  source: string,
  steps: string[],
  filled: Record<number, Record<string, unknown>> = {},
): Promise<string[]> {
  const { createFlowFromRecipe } = await hub.graphql(
    `mutation ($recipeId: ID!, $source: ID!, $steps: [ID!]!) {
      createFlowFromRecipe(recipeId: $recipeId, sourceConnectionId: $source, stepConnectionIds: $steps) {
        ... on Flow { id gaps { subject } draft { steps { mapping { id version fields } } } }
        ... on HubError { message }
      }
    }`,
    { recipeId, source: tools[source]?.id, steps: steps.map((name) => tools[name]?.id) },
  )
  const { id, gaps, draft } = madeFlow.parse(createFlowFromRecipe)
  for (const [at, fields] of Object.entries(filled)) {
    const mapping = draft.steps[Number(at)]?.mapping
    const rows = Object.entries(fields).map(([name, value]) => [
      name,
      { source: { kind: 'fixed', value }, when: 'always' },
    ])
    await hub.graphql(
      `mutation ($id: ID!, $version: Int!, $fields: JSON!) { saveMapping(id: $id, version: $version, fields: $fields) { __typename } }`,
      { ...mapping, fields: { ...Object(mapping?.fields), ...Object.fromEntries(rows) } },
    )
  }
  const { publishFlow } = await hub.graphql(
    `mutation { publishFlow(id: "${id}") { ... on Flow { state } ... on HubError { message } } }`,
  )
  expect(publishFlow).toEqual({ state: 'on' })
  return gaps.map(({ subject }) => subject)
}

/** Lets time pass, looks where it is time to look, and works everything through. */
async function after(minutes: number): Promise<void> {
  clock += minutes * 60_000
  for (const work of [hub.registrar, hub.poller]) {
    await work.idle()
    await work.round()
    await work.idle()
  }
  await hub.settled()
}

const jsonAt = async (address: string) => Object(await (await fetch(address)).json())
const received = (vendor: StandInName) => jsonAt(`${sandbox[vendor]}/_received`)

/** Somebody works in a tool, which posts it to everybody who asked for it. */
async function happens(vendor: StandInName, event: string, about: Record<string, string>): Promise<void> {
  const query = new URLSearchParams({ event, ...about })
  await jsonAt(`${sandbox[vendor]}/_emit?${query.toString()}`)
  await hub.settled()
}

async function posts(body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(tools.website?.hookUrl ?? '', { method: 'POST', headers, body: JSON.stringify(body) })
  await hub.settled()
}

const leads = () =>
  posts({
    type: 'form.submitted',
    form_id: 'demo',
    form_name: 'Ask for a demo',
    fields: { message: 'Do you have <two> rooms?' },
    contact: { email: 'jan@example.org', first_name: 'Jan', last_name: 'Nowak' },
  })

const warms = (email: string, points: number) =>
  happens('mautic', 'mautic.lead_points_change', { email, name: 'Zofia Nowak', points: String(points) })

const buys = () =>
  happens('stripe', 'checkout.session.completed', { email: 'eva@example.org', name: 'Eva Lind' })

const orders = () =>
  posts({
    type: 'order.completed',
    data: { order_id: '1042', total: 199.5, total_minor: 19_950, currency: 'PLN', products: [] },
    contact: { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
  })

const meets = () =>
  happens('google-calendar', 'meeting.booked', {
    calendar: 'sales@shop.example',
    email: 'ana@example.org',
    name: 'Ana López',
    start: '2026-11-24T13:00:00Z',
  })

/** Somebody drags a deal to *won* in HubSpot, which tells the hub of a number and nothing more. */
async function isWon(): Promise<void> {
  const write = async (kind: string, record: unknown) => {
    const headers = { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' }
    const address = `${sandbox.hubspot}/crm/v3/objects/${kind}`
    const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(record) })
    return z.object({ id: z.string() }).parse(await answer.json()).id
  }
  const person = { email: 'marta@example.org', firstname: 'Marta', lastname: 'Silva' }
  const contact = await write('contacts', { properties: person })
  const deal = await write('deals', {
    properties: { dealname: 'Autumn workshop', dealstage: 'closedwon', pipeline: 'default', amount: '1200' },
    associations: [
      { to: { id: contact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }] },
    ],
  })
  const at = now()
  const told = {
    eventId: 1,
    subscriptionId: 25,
    portalId: 145_000_111,
    appId: 2,
    occurredAt: at.getTime(),
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
    objectId: Number(deal),
    changeSource: 'CRM_UI',
    propertyName: 'dealstage',
    propertyValue: 'closedwon',
  }
  const body = JSON.stringify([told])
  const request = {
    method: 'POST',
    url: tools.hubspot?.hookUrl ?? '',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
  }
  const auth = { accessToken: 'sandbox-token', clientSecret }
  const { url, headers } = signRequest(connectorNamed('hubspot'), request, { auth, at })
  await fetch(url, { method: 'POST', headers, body })
  await hub.settled()
}

interface HubspotRecord {
  id: string
  properties: Record<string, string>
  associations: string[]
}

/** What HubSpot holds of a kind, each with the email of whom it is about. */
async function inHubspot(kind: 'contacts' | 'deals' | 'notes' | 'tasks'): Promise<Record<string, string>[]> {
  const held = await received('hubspot')
  return held[kind].map(({ properties, associations }: HubspotRecord) => {
    const of = held.contacts.find(({ id }: HubspotRecord) => associations.includes(id))
    return { ...properties, ...(of ? { about: of.properties.email } : {}) }
  })
}

/** The row of somebody in the sheet, by its headings. */
async function rowOf(email: string): Promise<Record<string, unknown>> {
  const [headings, ...rows] = (await received('google-sheets')).Leads
  const found = rows.filter((row: unknown[]) => row.includes(email))
  expect(found).toHaveLength(1)
  const cells = found[0].map((value: unknown, at: number) => [headings[at], value])
  return Object.fromEntries(cells.filter(([, value]: unknown[]) => value !== null))
}

async function inActiveCampaign(email: string): Promise<Record<string, unknown>> {
  const { contacts, automations } = await received('activecampaign')
  const contact = contacts.find((each: { email: string }) => each.email === email)
  const into = automations.filter((each: { contact: string }) => each.contact === contact.id)
  return { ...contact, automations: into.map(({ to }: { to: string }) => to) }
}

it('every delivery arrives, at the first try, and only what nobody else knows is asked for', async () => {
  const { deliveries } = await hub.graphql<{ deliveries: { items: unknown[] } }>(
    `{ deliveries(first: 100) { items { actionId state attempts { outcome } } } }`,
  )
  expect(deliveries.items).toHaveLength(17)
  for (const delivery of deliveries.items)
    expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'delivered' }] })
  expect(gaps).toEqual(['to', 'automationId'])
})

it('Lead form → CRM, colleague and answer: a contact, a mail that can be answered, and one for the lead', async () => {
  expect(await inHubspot('contacts')).toContainEqual(
    expect.objectContaining({ email: 'jan@example.org', firstname: 'Jan', lastname: 'Nowak' }),
  )
  const { mails } = await received('mail')
  expect(mails).toHaveLength(2)
  expect(mails).toContainEqual(
    expect.objectContaining({
      to: ['sales@lumen.example'],
      headers: expect.objectContaining({ 'reply-to': 'jan@example.org', subject: 'New lead: Jan Nowak' }),
      text: expect.stringContaining('Do you have <two> rooms?'),
    }),
  )
  expect(mails).toContainEqual(
    expect.objectContaining({ to: ['jan@example.org'], html: expect.stringContaining('Hello Jan,') }),
  )
})

it('Warm lead → call: who has enough points, and nobody else', async () => {
  const contacts = await inHubspot('contacts')
  expect(contacts.map(({ email }) => email)).toContain('zofia@example.org')
  expect(contacts.map(({ email }) => email)).not.toContain('tomek@example.org')
  expect(await inHubspot('tasks')).toMatchObject([
    {
      about: 'zofia@example.org',
      hs_task_subject: 'Call zofia@example.org: 55 points',
      hs_task_type: 'CALL',
    },
  ])
})

it('Sale → email tool and sheet: the buyer with a tag, the sale with its money as a number', async () => {
  expect(await inActiveCampaign('eva@example.org')).toMatchObject({
    firstName: 'Eva',
    lastName: 'Lind',
    tags: ['customer'],
  })
  expect(await rowOf('eva@example.org')).toMatchObject({
    Name: 'Eva Lind',
    Order: expect.stringMatching(/^cs_test_/),
    Total: 49,
    Currency: 'EUR',
    Date: '2026-11-20',
  })
})

it('Shop order → CRM and sheet: a customer with a won deal, and a row', async () => {
  expect(await inHubspot('contacts')).toContainEqual(
    expect.objectContaining({ email: 'ada@example.org', lifecyclestage: 'customer' }),
  )
  expect(await inHubspot('deals')).toContainEqual(
    expect.objectContaining({
      about: 'ada@example.org',
      dealname: 'Order 1042',
      dealstage: 'closedwon',
      amount: '199.5',
    }),
  )
  expect(await rowOf('ada@example.org')).toMatchObject({ Order: 1042, Total: 199.5, Currency: 'PLN' })
})

it('Won deal → welcome and sheet: its person in the automation, the deal in the sheet', async () => {
  expect(await inActiveCampaign('marta@example.org')).toMatchObject({
    firstName: 'Marta',
    lastName: 'Silva',
    automations: ['1'],
  })
  expect(await rowOf('marta@example.org')).toMatchObject({ Deal: 'Autumn workshop', Amount: 1200 })
})

it('Meeting booked → CRM and sheet: the time is the one on the guest’s wall, in the note and in the row', async () => {
  expect(await inHubspot('contacts')).toContainEqual(
    expect.objectContaining({ email: 'ana@example.org', firstname: 'Ana', lastname: 'López' }),
  )
  expect(await inHubspot('notes')).toMatchObject([
    {
      about: 'ana@example.org',
      hs_note_body: expect.stringMatching(/^Meeting: Demo, 2026-11-24 14:00 http/),
    },
  ])
  expect(await rowOf('ana@example.org')).toMatchObject({
    Date: '2026-11-24 14:00',
    Meeting: 'Demo',
    Name: 'Ana López',
  })
})
