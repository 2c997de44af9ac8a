import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../mappings/mapping.ts'
import type { Condition } from '../flows/flow.ts'
import { startReceiver } from '../testing/start-receiver.ts'
import type { Receiver } from '../testing/start-receiver.ts'
import { startTestHub } from '../testing/start-test-hub.ts'
import type { TestHub } from '../testing/start-test-hub.ts'
import { field, fixed, step, wireUp } from '../testing/wire.ts'
import type { WiredConnection } from '../testing/wire.ts'

let receiver: Receiver
let hub: TestHub
let workspaceId: string
/** A form with nothing special about it, at a connection of its own. */
let others: Awaited<ReturnType<typeof form>>
let round = 0

beforeAll(async () => {
  receiver = await startReceiver()
  receiver.answer((_request, response) => response.writeHead(200).end('{}'))
  hub = await startTestHub({ SWITCHYARD_ALLOW_NETWORKS: receiver.network })
  workspaceId = (await hub.deps.workspaces.all())[0]!.id
  others = await form({ 'data.email': field('contact.email') })
})
afterAll(async () => {
  await hub.close()
  await receiver.close()
})

const stores = () => hub.deps.storesOf(workspaceId)
const wire = () => wireUp(hub.deps, workspaceId)

async function form(data: Record<string, Source>, filters: readonly (Condition | undefined)[] = [undefined]) {
  const source = await wire().connection('webhook', { incomingCheck: 'none' })
  const out = await wire().connection('webhook', {})
  const mappingId = await wire().mapping('webhook', 'sendWebhook', {
    url: fixed(`${receiver.url}/${out.id}`),
    type: field('event.name'),
    ...data,
  })
  for (const filter of filters) {
    await wire().flow({
      trigger: { connectionId: source.id, events: ['form.submitted', 'custom.event'] },
      entry: 'every_event',
      steps: [step(hub.deps, out.id, 'sendWebhook', mappingId)],
      ...(filter ? { filter } : {}),
    })
  }
  return { source, out }
}

async function post({ hookPath }: WiredConnection, body: unknown): Promise<void> {
  const response = await fetch(`${hub.url}${hookPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  await response.arrayBuffer()
  expect(response.status).toBe(202)
}

const receiptsOf = ({ id }: WiredConnection) => stores().receipts.page({ connectionId: id }, undefined, 10)
const deliveriesOf = ({ id }: WiredConnection) =>
  stores().deliveries.page({ connectionId: id }, undefined, 10)

/** Somebody else's form is worked through and sent. */
async function othersGoOn(): Promise<void> {
  await post(others.source, { email: `other-${++round}@example.com` })
  await hub.settled()
  const delivered = await deliveriesOf(others.out)
  expect(delivered).toHaveLength(round)
  expect(delivered.map(({ state }) => state)).toEqual(delivered.map(() => 'delivered'))
}

const large = (megabytes: number) => 'x'.repeat(megabytes * 1_000_000)

describe('a hook that is as large as hooks may be holds up nobody else', () => {
  it('although a mapping makes more of it than a delivery can hold: a person is told to map less', async () => {
    const properties = field('event.properties')
    const { source, out } = await form({
      'data.a': properties,
      'data.b': properties,
      'data.c': properties,
      'data.d': properties,
    })
    await post(source, { email: 'large@example.com', text: large(4.6) })
    await othersGoOn()
    expect(await deliveriesOf(out)).toMatchObject([
      {
        state: 'needs_mapping',
        problems: [{ code: 'input_too_large', message: expect.stringContaining('8 MB') }],
      },
    ])
    expect(await receiptsOf(source)).toMatchObject([{ state: 'done' }])
  })

  it('although a mapping writes it into one text again and again', async () => {
    const parts = Array.from({ length: 200 }, () => ({ path: 'event.properties.fields.text' }))
    const { source, out } = await form({ 'data.a': { kind: 'text', parts } })
    await post(source, { email: 'text@example.com', text: large(4.6) })
    await othersGoOn()
    expect(await deliveriesOf(out)).toMatchObject([
      { state: 'needs_mapping', problems: [{ code: 'input_too_large' }] },
    ])
  })

  it('although one field after the other of the same person is that large: the events keep them', async () => {
    const { source } = await form({})
    const contact = { email: 'grows@example.com' }
    for (const said of [
      { first_name: large(4.7) },
      { last_name: large(4.7) },
      { company: { name: large(4.7) } },
      { job_title: large(4.7) },
    ]) {
      await post(source, { type: 'contact.updated', contact: { ...contact, ...said } })
    }
    await othersGoOn()
    expect((await receiptsOf(source)).map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'done'),
    )
    const person = await stores().contacts.findByAddress('email', 'grows@example.com')
    expect(Object.keys(person!.profile)).toEqual(['email'])
    const events = await stores().events.page({ contactId: person!.id }, undefined, 10)
    expect(events.flatMap(({ draft }) => draft.contact?.first_name?.length ?? [])).toEqual([4_700_000])
  })

  it('although several flows say with which value they did not run', async () => {
    const filter = { path: 'event.properties.fields.text', op: 'equals', value: 'short' } as const
    const { source } = await form({}, [filter, filter, filter, filter])
    await post(source, { email: 'filtered@example.com', text: large(4.6) })
    await othersGoOn()
    const [event] = await stores().events.page({ connectionId: source.id }, undefined, 1)
    expect(event!.matches).toHaveLength(4)
    expect(event!.matches[0]!.reason).toMatchObject({
      code: 'filter_false',
      data: { actual: `${'x'.repeat(200)}…` },
    })
  })

  it('although it holds facts that are too large to be stored all in one command', async () => {
    const { source } = await form({})
    const numbers = Array.from({ length: 95_000 }, () => '1e20').join()
    await post(
      source,
      `[${Array.from({ length: 9 }, (_, at) => `{"at":${at},"numbers":[${numbers}]}`).join()}]`,
    )
    await othersGoOn()
    const [receipt] = await receiptsOf(source)
    expect(receipt).toMatchObject({ state: 'done' })
    expect(receipt!.eventIds).toHaveLength(9)
  })

  it('although what it means is larger than it is itself: it is kept and says so', async () => {
    const { source } = await form({})
    await post(
      source,
      `{"email":"numbers@example.com","numbers":[${Array.from({ length: 600_000 }, () => '1e20').join()}]}`,
    )
    await othersGoOn()
    expect(await receiptsOf(source)).toMatchObject([
      { state: 'not_understood', reason: { code: 'event_too_large' } },
    ])
  })
})
