import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made } from '../graphql/testing/furnish-workspace.ts'
import type { Furnished } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
})
afterAll(() => api.close())

async function sendTest(over: Record<string, unknown> = {}) {
  const { data, errors } = await api.marketer(
    `mutation ($id: ID!, $connectionId: ID!, $fields: JSON, $eventId: ID, $sample: JSON) {
      sendTest(id: $id, connectionId: $connectionId, fields: $fields, eventId: $eventId, sample: $sample) {
        __typename
        ... on TestSending {
          key ok changed input output reason { code }
          exchanges { method status requestBody { text } responseBody { text } }
        }
        ... on HubError { code message }
        ... on MappingUnready { problems { field label } }
      }
    }`,
    { id: place.mapping, connectionId: place.connection, eventId: place.event, ...over },
  )
  return data?.sendTest ?? errors
}

async function deliveriesThere(): Promise<number> {
  const { data } = await api.viewer('{ deliveries { count } }')
  return data.deliveries.count
}

const fixed = (value: string) => ({ source: { kind: 'fixed', value }, when: 'always' })

describe('a test', () => {
  it('sends one person’s data once and shows what they answered, and is no delivery', async () => {
    const [before, known] = [api.receiver.received.length, await deliveriesThere()]
    const sent = await sendTest()
    expect(sent).toMatchObject({
      __typename: 'TestSending',
      ok: true,
      changed: 'yes',
      reason: null,
      input: { json: { email: 'shop@example.com' } },
      exchanges: [{ method: 'POST', status: 200, responseBody: { text: '{"id":"there-1"}' } }],
    })
    expect(sent.key).toMatch(/^tst_/)
    expect(api.receiver.received.slice(before)).toMatchObject([{ body: '{"email":"shop@example.com"}' }])
    expect(await deliveriesThere()).toBe(known)
  })

  it('tries what is on the screen, saved or not', async () => {
    const fields = { url: fixed(api.receiver.url), 'json.plan': fixed('trial') }
    expect(await sendTest({ fields })).toMatchObject({ ok: true, input: { json: { plan: 'trial' } } })
    const { data } = await api.viewer(`{ mapping(id: "${place.mapping}") { version } }`)
    expect(data.mapping.version).toBe(1)
  })

  it('counts for the rate limit of its connection, so that deliveries leave room for it', async () => {
    const limits = { requests: 10, perMs: 1_000 }
    await api.owner(
      `mutation ($id: ID!, $limits: LimitsInput) { updateConnection(id: $id, limits: $limits) { __typename } }`,
      { id: place.connection, limits },
    )
    expect(await sendTest()).toMatchObject({ ok: true })
    const slices = await api.hub.deps.database.connection
      .collection<{ _id: string; used: number }>('send_budgets')
      .find({ _id: new RegExp(`^${place.connection}/`) })
      .toArray()
    expect(slices.map(({ used }) => used)).toEqual([1])
  })

  it('goes out for a made-up event as well', async () => {
    const sample = { event: { contact: { email: 'ada@example.com' } } }
    const sent = await sendTest({ eventId: null, sample })
    expect(sent).toMatchObject({ ok: true, input: { json: { email: 'ada@example.com' } } })
  })

  it.each([
    { given: 'nothing', over: { eventId: null } },
    { given: 'an empty id', over: { eventId: '' } },
    { given: 'a sample that is null', over: { eventId: null, sample: null } },
  ])('with $given to send sends nobody an empty record', async ({ over }) => {
    const before = api.receiver.received.length
    const refused = await sendTest(over)
    expect(refused).toMatchObject({ __typename: 'InputInvalid' })
    expect(refused.message).toContain('choose an event, or give a sample')
    expect(api.receiver.received.length).toBe(before)
  })

  it('is not sent while a required field is empty, and says which', async () => {
    const before = api.receiver.received.length
    const unready = await sendTest({ fields: { 'json.plan': fixed('trial') } })
    expect(unready).toMatchObject({ code: 'mapping_unready', problems: [{ field: 'url' }] })
    expect(unready.message).toContain('nothing can be sent without it')
    expect(api.receiver.received.length).toBe(before)
  })

  it('is tried once when the vendor fails, and does not claim that nothing has changed there', async () => {
    const before = api.receiver.received.length
    api.receiver.status = 503
    const sent = await sendTest().finally(() => {
      api.receiver.status = 200
    })
    expect(sent).toMatchObject({ ok: false, changed: 'perhaps', output: null })
    expect(sent.reason.code).not.toBe('')
    await api.hub.settled()
    expect(api.receiver.received.length).toBe(before + 1)
  })

  it('that the vendor refuses has changed nothing there', async () => {
    api.receiver.status = 422
    const sent = await sendTest().finally(() => {
      api.receiver.status = 200
    })
    expect(sent).toMatchObject({ ok: false, changed: 'no', exchanges: [{ status: 422 }] })
  })

  it('goes to no address that the hub may not reach', async () => {
    const sent = await sendTest({ fields: { url: fixed('http://169.254.169.254/latest') } })
    expect(sent).toMatchObject({ ok: false, changed: 'no' })
  })

  it('goes neither through a paused connection nor to another tool', async () => {
    const other = await made(
      api.owner,
      `mutation { createConnection(connectorId: "stripe", name: "Shop", credentials: { signingSecret: "whsec_x" }) {
        ... on Connection { id } ... on HubError { code message } } }`,
    )
    expect(await sendTest({ connectionId: other.id })).toMatchObject({ code: 'input_invalid' })
    await api.owner(`mutation { pauseConnection(id: "${place.connection}") { __typename } }`)
    expect(await sendTest()).toMatchObject({ code: 'connection_paused' })
    await api.owner(`mutation { resumeConnection(id: "${place.connection}") { __typename } }`)
  })

  it('is in the audit log', async () => {
    const { data } = await api.owner('{ auditLog(first: 50) { items { action subject outcome } } }')
    expect(data.auditLog.items).toEqual(
      expect.arrayContaining([
        { action: 'sendTest', subject: place.mapping, outcome: 'done' },
        { action: 'sendTest', subject: place.mapping, outcome: 'mapping_unready' },
      ]),
    )
  })
})

describe('the sample of an event', () => {
  it('is what its mapping reads, what the vendor posted included', async () => {
    const { data } = await api.marketer(`{ mappingSample(eventId: "${place.event}") }`)
    expect(data.mappingSample).toMatchObject({
      event: {
        name: 'contact.created',
        contact: { email: 'shop@example.com' },
        raw: { type: 'contact.created' },
      },
      contact: { email: 'shop@example.com' },
      steps: { [place.step]: {} },
    })
  })
})
