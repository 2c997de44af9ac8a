import { afterAll, beforeAll, expect, it } from 'vitest'
import { field, fixed, step, wireUp } from '../testing/wire.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { postContact } from '../graphql/testing/furnish-workspace.ts'

let api: Api
let workspaceId: string

beforeAll(async () => {
  api = await startApi()
  workspaceId = (await api.hub.deps.workspaces.all())[0]!.id
})
afterAll(() => api.close())

const PROBLEMS = `{ problems { isCapped items {
  kind connection { name } flow { name } state field action { input { name label } } reason { code } deliveries people since example { name } } } }`

const problems = async () => (await api.viewer(PROBLEMS)).data.problems.items

it('has nothing to show while all is well', async () => {
  expect(await problems()).toEqual([])
})

it('names each cause once: the field that could not be made, and the connection nothing gets through to', async () => {
  const wire = wireUp(api.hub.deps, workspaceId)
  const forms = await wire.connection('webhook', {}, { name: 'Forms' })
  const out = await wire.connection('webhook', {}, { name: 'Newsletter' })
  const shut = await wire.connection(
    'webhook',
    {},
    { name: 'Archive', state: 'paused', pausedBecause: { code: 'paused_by_person' } },
  )
  const url = fixed(`${api.receiver.url}/in`)
  const mapping = await wire.mapping('webhook', 'httpRequest', { url: field('event.properties.nowhere') })
  const whole = await wire.mapping('webhook', 'httpRequest', { url })
  const trigger = { connectionId: forms.id, events: ['contact.created'] }
  await wire.flow({
    trigger,
    entry: 'every_event',
    steps: [step(api.hub.deps, out.id, 'httpRequest', mapping)],
  })
  await wire.flow({
    trigger,
    entry: 'every_event',
    steps: [step(api.hub.deps, shut.id, 'httpRequest', whole)],
  })
  for (const id of ['ada', 'bo', 'ada2']) {
    await postContact(api.hub.url + forms.hookPath, id, `${id.replace('2', '')}@example.com`)
  }
  await api.hub.settled()

  const found = await problems()
  expect(found).toHaveLength(2)
  expect(found).toContainEqual({
    kind: 'flow',
    connection: { name: 'Newsletter' },
    flow: { name: 'flow' },
    state: 'needs_mapping',
    field: 'url',
    action: { input: expect.arrayContaining([{ name: 'url', label: 'Address' }]) },
    reason: { code: 'fields_missing' },
    deliveries: 3,
    people: 2,
    since: expect.any(String),
    example: { name: 'contact.created' },
  })
  expect(found).toContainEqual(
    expect.objectContaining({
      kind: 'connection',
      connection: { name: 'Archive' },
      state: 'parked',
      reason: { code: 'paused_by_person' },
      deliveries: 3,
      people: 2,
    }),
  )
})

it('names a connection that somebody has to sign in to before anything waits for it', async () => {
  const wire = wireUp(api.hub.deps, workspaceId)
  const credentials = {
    baseUrl: 'https://mautic.example',
    signIn: 'oauth2',
    clientId: 'a',
    clientSecret: 'b',
  }
  await wire.connection('mautic', credentials, { name: 'Mautic' })
  expect(await problems()).toContainEqual(
    expect.objectContaining({
      kind: 'connection',
      connection: { name: 'Mautic' },
      state: null,
      reason: { code: 'not_signed_in_yet' },
      people: 0,
    }),
  )
})
