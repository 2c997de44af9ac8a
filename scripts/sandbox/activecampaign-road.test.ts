import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestHub } from '../../server/testing/start-test-hub.ts'
import type { TestHub } from '../../server/testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../../server/testing/wire.ts'
import { startSandbox } from '../sandbox.ts'
import type { Sandbox } from '../sandbox.ts'

/* The whole road: what ActiveCampaign posts, and what only asking it brings, becomes contacts in Mautic, each fact once. */

let clock = Date.parse('2026-11-20T09:00:00Z')
const now = () => new Date((clock += 1_000))
let sandbox: Sandbox
let hub: TestHub
let workspaceId: string
let source: string
let flow: string

beforeAll(async () => {
  sandbox = await startSandbox({ only: ['activecampaign', 'mautic'], now })
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: sandbox.allowNetworks }, { now })
  workspaceId = (await hub.deps.workspaces.all())[0]?.id ?? ''
  const wire = wireUp(hub.deps, workspaceId)
  const { createConnection } = await hub.graphql<{ createConnection: { id: string } }>(
    `mutation ($credentials: JSON!) {
      createConnection(connectorId: "activecampaign", name: "AC", credentials: $credentials) {
        ... on Connection { id }
      }
    }`,
    { credentials: { accountUrl: sandbox.activecampaign, apiKey: 'sandbox-token' } },
  )
  source = createConnection.id
  const target = await wire.connection('mautic', {
    baseUrl: sandbox.mautic,
    userName: 'sandbox',
    password: 'sandbox-token',
  })
  const contact = await wire.mapping('mautic', 'upsertContact', {
    email: field('event.contact.email'),
    firstname: field('event.contact.first_name'),
    company: fixed('From ActiveCampaign'),
  })
  flow = await wire.flow({
    trigger: { connectionId: source, events: ['contact.created', 'contact.updated'] },
    entry: 'every_event',
    steps: [step(hub.deps, target.id, 'upsertContact', contact)],
  })
  await after(0)
})

afterAll(async () => {
  await hub.close()
  await sandbox.close()
})

/** Lets time pass, looks where it is time to look, and works everything through. */
async function after(minutes: number): Promise<void> {
  clock += minutes * 60_000
  for (const work of [hub.poller, hub.registrar]) {
    await work.idle()
    await work.round()
    await work.idle()
  }
  await hub.settled()
}

/** Somebody works in ActiveCampaign; nothing is posted for it. */
async function imported(contact: Record<string, unknown>): Promise<void> {
  clock += 10_000
  await fetch(`${sandbox.activecampaign}/api/3/contact/sync`, {
    method: 'POST',
    headers: { 'api-token': 'sandbox-token', 'content-type': 'application/json' },
    body: JSON.stringify({ contact }),
  })
}

/** ActiveCampaign posts a webhook, to whom it was told to. */
async function posted(query: string): Promise<void> {
  await fetch(`${sandbox.activecampaign}/_emit?${query}`)
  await hub.settled()
}

async function happened(): Promise<string[]> {
  const events = await hub.deps.storesOf(workspaceId).events.page({ connectionId: source }, undefined, 100)
  return events.toReversed().map(({ draft }) => `${draft.name} ${draft.contact?.email}`)
}

async function inMautic(): Promise<Record<string, string>[]> {
  const { contacts } = Object(await (await fetch(`${sandbox.mautic}/_received`)).json())
  return contacts.map(({ values }: { values: Record<string, string> }) => values)
}

it('begins with what happens from now on, its webhook set up by itself', async () => {
  expect(await happened()).toEqual([])
  const { webhooks } = Object(await (await fetch(`${sandbox.activecampaign}/_received`)).json())
  expect(webhooks).toMatchObject([{ name: 'Switchyard', url: expect.stringContaining(hub.url), state: '1' }])
})

it('finds who was imported, for whom no webhook is ever sent', async () => {
  await imported({ email: 'ana@example.org', firstName: 'Ana' })
  await after(6)
  await after(6)
  expect(await happened()).toEqual(['contact.created ana@example.org'])
  expect(await inMautic()).toMatchObject([{ email: 'ana@example.org', firstname: 'Ana' }])
})

it('counts a change once that a webhook told and the poll finds again', async () => {
  await imported({ email: 'ana@example.org', firstName: 'Anabel' })
  await posted('event=update&email=ana@example.org')
  await after(6)
  await after(6)
  expect((await happened()).slice(1)).toEqual(['contact.updated ana@example.org'])
  expect(await inMautic()).toMatchObject([{ firstname: 'Anabel' }])
})

it('finds a change whose webhook got lost, and says what changed', async () => {
  await imported({ email: 'ana@example.org', phone: '+34910000111' })
  await after(6)
  expect((await happened()).slice(2)).toEqual(['contact.updated ana@example.org'])
  const [event] = await hub.deps.storesOf(workspaceId).events.page({ connectionId: source }, undefined, 1)
  expect(event?.draft.properties).toEqual({ changes: [{ field: 'phone', new: '+34910000111' }] })
})

it('counts a webhook once that comes twice, and a tag as a fact of its own', async () => {
  await posted('event=contact_tag_added&tag=vip&email=ana@example.org')
  await after(6)
  expect((await happened()).slice(3)).toEqual(['contact.tag_added ana@example.org'])
})

it('slows down when ActiveCampaign asks for it, and goes on afterwards', async () => {
  await imported({ email: 'eva@example.org', firstName: 'Eva' })
  await fetch(`${sandbox.activecampaign}/_fail?status=429&times=1&retry-after=30`)
  await after(6)
  expect(await happened()).toHaveLength(4)
  await after(2)
  expect((await happened()).slice(4)).toEqual(['contact.created eva@example.org'])
})

it('takes its webhook away with the connection', async () => {
  await hub.graphql(`mutation { deleteFlow(id: "${flow}") { __typename } }`)
  const { deleteConnection } = await hub.graphql<{ deleteConnection: unknown }>(
    `mutation { deleteConnection(id: "${source}") { ... on Deleted { leftBehind { code } } ... on HubError { code message } } }`,
  )
  expect(deleteConnection).toEqual({ leftBehind: [] })
  const { webhooks } = Object(await (await fetch(`${sandbox.activecampaign}/_received`)).json())
  expect(webhooks).toEqual([])
})
