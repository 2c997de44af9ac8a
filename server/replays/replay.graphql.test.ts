import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made, postContact } from '../graphql/testing/furnish-workspace.ts'
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

const ANSWER = `__typename
  ... on ReplayAnswer { count replay { id state total done failed }
    receipts { because reason { code } events { name change } }
    deliveries { oldInput newInput isChanged hasNewer problems { field } } }
  ... on HubError { code message }`

/** Once the recurring job has carried the replay out, and what it set going has settled. */
async function carriedOut(id: string) {
  const look = async () =>
    (await api.viewer(`{ replay(id: "${id}") { state total done failed } }`)).data.replay
  await expect.poll(async () => (await look()).state, { timeout: 15_000 }).toBe('done')
  await api.hub.pipeline.sweep()
  await api.hub.settled()
  return look()
}

describe('an id that is empty', () => {
  it.each([
    'replayReceipts(connectionId: ""',
    'replayDeliveries(connectionId: ""',
    'replayDeliveries(flowId: ""',
  ])('replays nothing, and not everything: %s)', async (field) => {
    const { data } = await api.owner(
      `mutation { asked: ${field}, dryRun: true) { ... on ReplayAnswer { count } ... on HubError { code message } } }`,
    )
    expect(data.asked).toMatchObject({ code: 'input_invalid' })
    expect(data.asked.message).toContain('Id: is empty: name one, or leave it out.')
  })

  it.each(['deliveries', 'events', 'receipts'])('fits no row of the list of %s', async (list) => {
    const { data } = await api.owner(`{
      all: ${list} { count } none: ${list}(filter: { connectionId: "" }) { count items { id } }
    }`)
    expect(data.all.count).toBeGreaterThan(0)
    expect(data.none).toEqual({ count: 0, items: [] })
  })

  it.each(['actor: ""', 'action: ""'])('fits no entry of the audit log: %s', async (filter) => {
    const { data } = await api.owner(`{ auditLog(filter: { ${filter} }) { items { id } } }`)
    expect(data.auditLog.items).toEqual([])
  })
})

describe('replaying refused receipts', () => {
  let hookUrl: string
  let connection: string

  beforeAll(async () => {
    const created = await made(
      api.ops,
      `mutation { createConnection(connectorId: "webhook", name: "Signed",
        credentials: { incomingCheck: "hmac", incomingSecret: "mistyped" }) { ... on Connection { id hookUrl } } }`,
    )
    hookUrl = created.hookUrl
    connection = created.id
    for (const id of ['f1', 'f2', 'f3']) await post(id)
  })

  async function post(id: string): Promise<number> {
    const body = JSON.stringify({ id, type: 'contact.created', contact: { email: `${id}@example.com` } })
    const signature = createHmac('sha256', 'the real secret').update(body).digest('hex')
    const headers = { 'content-type': 'application/json', 'x-signature': signature }
    return (await fetch(hookUrl, { method: 'POST', body, headers })).status
  }

  const replay = (dryRun: boolean) =>
    api.ops(
      `mutation { replayReceipts(connectionId: "${connection}", states: [refused], dryRun: ${dryRun}) { ${ANSWER} } }`,
    )

  it('leaves refused what still does not prove where it comes from', async () => {
    const dry = await replay(true)
    expect(dry.data.replayReceipts).toMatchObject({
      count: 3,
      replay: null,
      receipts: Array.from({ length: 3 }, () => ({
        because: 'still_refused',
        reason: { code: 'signature_mismatch' },
      })),
    })
    const { data } = await replay(false)
    expect(await carriedOut(data.replayReceipts.replay.id)).toMatchObject({
      done: 0,
      failed: 3,
      state: 'done',
    })
    const one = await api.viewer(
      `{ receipts(filter: { connectionId: "${connection}", states: [refused] }) { count items { id } } }`,
    )
    expect(one.data.receipts.count).toBe(3)
    const single = await api.ops(
      `mutation { replayReceipt(id: "${one.data.receipts.items[0].id}") { ${'... on ReceiptNotReplayable { because message }'} } }`,
    )
    expect(single.data.replayReceipt).toMatchObject({ because: 'still_refused' })
  })

  it('brings them in once the secret is right', async () => {
    await made(
      api.ops,
      `mutation { rotateConnectionSecret(id: "${connection}", credentials: { incomingSecret: "the real secret" }) { ... on Connection { id } } }`,
    )
    const dry = await replay(true)
    expect(dry.data.replayReceipts.receipts).toEqual([
      { because: null, reason: null, events: [{ name: 'contact.created', change: 'fresh' }] },
      { because: null, reason: null, events: [{ name: 'contact.created', change: 'fresh' }] },
      { because: null, reason: null, events: [{ name: 'contact.created', change: 'fresh' }] },
    ])
    expect(
      (await api.viewer(`{ events(filter: { connectionId: "${connection}" }) { count } }`)).data.events.count,
    ).toBe(0)

    const { data } = await replay(false)
    expect(await carriedOut(data.replayReceipts.replay.id)).toMatchObject({ done: 3, failed: 0, total: 3 })
    const after = await api.viewer(
      `{ events(filter: { connectionId: "${connection}" }) { count }
         receipts(filter: { connectionId: "${connection}" }) { items { state revision } } }`,
    )
    expect(after.data).toEqual({
      events: { count: 3 },
      receipts: { items: Array.from({ length: 3 }, () => ({ state: 'done', revision: 1 })) },
    })
  })
})

describe('replaying a receipt', () => {
  it('does not do again what has been done', async () => {
    const before = api.receiver.received.length
    await made(
      api.marketer,
      `mutation { replayReceipt(id: "${place.receipt}") { ... on Receipt { id state } ... on HubError { code message } } }`,
    )
    await api.hub.pipeline.sweep()
    await api.hub.settled()
    const { data } = await api.viewer(`{ receipt(id: "${place.receipt}") { state revision events { id } } }`)
    expect(data.receipt).toEqual({ state: 'done', revision: 1, events: [{ id: place.event }] })
    expect(api.receiver.received).toHaveLength(before)
  })

  it('shows beforehand that a fact stays as it is which another receipt has brought, whatever this one says', async () => {
    const { id, hookUrl } = await made(
      api.ops,
      `mutation { createConnection(connectorId: "webhook", name: "Names its facts",
        credentials: { incomingCheck: "none", idPath: "id" }) { ... on Connection { id hookUrl } } }`,
    )
    for (const email of ['first@example.com', 'second@example.com']) {
      await postContact(hookUrl, 'told-twice', email)
      await api.hub.settled()
    }
    const replay = (dryRun: boolean) =>
      api.ops(`mutation { replayReceipts(connectionId: "${id}", dryRun: ${dryRun}) { ${ANSWER} } }`)
    const dry = await replay(true)
    await carriedOut((await replay(false)).data.replayReceipts.replay.id)
    const { data } = await api.marketer(
      `{ events(filter: { connectionId: "${id}" }) { items { draftContact } } }`,
    )
    expect(data.events.items).toEqual([{ draftContact: { email: 'first@example.com' } }])
    const { receipts } = dry.data.replayReceipts
    expect(receipts).toMatchObject([{ events: [{ change: 'same' }] }, { events: [{ change: 'same' }] }])
  })

  it('cannot be done where only the beginning was kept, and says so', async () => {
    const response = await fetch(place.hookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"id":"big","text":"${'x'.repeat(5 * 1024 * 1024)}"}`,
    })
    expect(response.status).toBe(413)
    const list = await api.viewer(
      '{ receipts(filter: { states: [refused] }, first: 1) { items { id isWhole reason { code } } } }',
    )
    const [receipt] = list.data.receipts.items
    expect(receipt).toMatchObject({ isWhole: false, reason: { code: 'too_large' } })
    const { data } = await api.ops(
      `mutation { replayReceipt(id: "${receipt.id}") { ... on ReceiptNotReplayable { because message } } }`,
    )
    expect(data.replayReceipt.because).toBe('body_not_whole')
    expect(data.replayReceipt.message).toContain('too large')
  })
})

describe('replaying deliveries', () => {
  async function leaveFailed(count: number, tag: string) {
    const { deliveries } = api.hub.deps.storesOf(api.workspaceId)
    const like = (await deliveries.find(place.delivery))!
    const { output: _output, ...rest } = like
    for (let at = 0; at < count; at++) {
      const id = `dlv_${tag}-${String(at).padStart(4, '0')}`
      await deliveries.add({
        ...rest,
        id,
        lane: `${tag}-${at}`,
        state: 'failed',
        attempts: [],
        createdAt: new Date(),
        input: { url: 'old' },
      })
    }
  }

  const replay = (ask: Api['ops'], more: string) =>
    ask(`mutation { replayDeliveries(flowId: "${place.flow}", ${more}) { ${ANSWER} } }`)

  it('shows old and new side by side before anything happens', async () => {
    await leaveFailed(2, 'dry')
    const sent = api.receiver.received.length
    const { data } = await replay(api.marketer, 'dryRun: true')
    expect(data.replayDeliveries).toMatchObject({ count: 2, replay: null })
    expect(data.replayDeliveries.deliveries[0]).toEqual({
      oldInput: { url: 'old' },
      newInput: expect.objectContaining({ url: api.receiver.url, json: { email: 'shop@example.com' } }),
      isChanged: true,
      hasNewer: false,
      problems: [],
    })
    await api.hub.settled()
    expect(api.receiver.received).toHaveLength(sent)
    expect((await api.viewer('{ replays { items { target } } }')).data.replays.items).not.toContainEqual(
      expect.objectContaining({ target: expect.objectContaining({ kind: 'deliveries' }) }),
    )
  })

  it('sends them, counts them, and leaves nothing behind', async () => {
    const sent = api.receiver.received.length
    const { data } = await replay(api.marketer, 'states: [failed]')
    const { id, total } = data.replayDeliveries.replay
    expect(total).toBe(2)
    expect(await carriedOut(id)).toMatchObject({ state: 'done', done: 2, failed: 0 })
    expect(api.receiver.received).toHaveLength(sent + 2)
    expect((await replay(api.marketer, 'states: [failed]')).data.replayDeliveries).toMatchObject({
      code: 'nothing_to_replay',
    })
  })

  it('of more than a hundred is for ops and owners, which is what it says first: a pause cannot be narrowed down', async () => {
    await leaveFailed(101, 'many')
    const { data } = await replay(api.marketer, 'states: [failed]')
    expect(data.replayDeliveries).toMatchObject({ code: 'replay_too_large' })
    expect(data.replayDeliveries.message).toMatch(
      /more than the 100 .* at once\. Ask somebody of ops to do it;/,
    )
    expect((await replay(api.ops, 'states: [failed], dryRun: true')).data.replayDeliveries.count).toBe(101)
  })

  it('does not touch what has arrived unless that is said in so many words', async () => {
    const refused = await replay(api.ops, 'states: [delivered]')
    expect(refused.data.replayDeliveries).toMatchObject({ code: 'input_invalid' })
    expect(refused.data.replayDeliveries.message).toContain('evenIfDelivered')
  })

  it('warns where something newer about the same contact has gone there meanwhile', async () => {
    const { deliveries } = api.hub.deps.storesOf(api.workspaceId)
    const like = (await deliveries.find(place.delivery))!
    const { output: _output, ...rest } = like
    await deliveries.add({
      ...rest,
      id: 'dlv_overtaken',
      lane: 'o',
      state: 'refused',
      attempts: [],
      createdAt: new Date(),
    })
    await postContact(place.hookUrl, 'newer', 'shop@example.com')
    await api.hub.settled()
    const from = new Date(Date.now() - 60_000).toISOString()
    const { data } = await replay(api.ops, `states: [refused], created: { from: "${from}" }, dryRun: true`)
    expect(data.replayDeliveries.deliveries).toEqual([expect.objectContaining({ hasNewer: true })])
  })

  it('says beforehand that nothing will reach a connection that has been deleted', async () => {
    const { deliveries } = api.hub.deps.storesOf(api.workspaceId)
    const { output: _output, ...rest } = (await deliveries.find(place.delivery))!
    const gone = { id: 'dlv_to_nobody', lane: 'n', connectionId: 'con_deleted', state: 'failed' as const }
    await deliveries.add({ ...rest, ...gone, attempts: [] })
    const { data } = await replay(api.ops, 'connectionId: "con_deleted", dryRun: true')
    expect(data.replayDeliveries.deliveries).toMatchObject([{ newInput: null, problems: [{ field: '' }] }])
    await carriedOut((await replay(api.ops, 'connectionId: "con_deleted"')).data.replayDeliveries.replay.id)
    const states = (await deliveries.page({ connectionId: 'con_deleted' }, undefined, 2)).map(
      ({ state }) => state,
    )
    expect(states).toEqual(['cancelled', 'cancelled'])
  })
})

describe('what a pause kept out', () => {
  const flow = async (over: { entry?: string } = {}) => {
    const { id } = await made(
      api.marketer,
      `mutation ($definition: FlowDefinitionInput!) {
        createFlow(name: "Pausing", definition: $definition) { ... on Flow { id } ... on HubError { code message } } }`,
      {
        definition: {
          trigger: { connectionId: place.connection, events: ['contact.created'] },
          steps: [{ connectionId: place.connection, actionId: 'httpRequest', mappingId: place.mapping }],
          ...over,
        },
      },
    )
    await change('publishFlow', id)
    return id
  }
  const change = (mutation: string, id: string) =>
    made(
      api.marketer,
      `mutation { ${mutation}(id: "${id}") { ... on Flow { id pausedAt } ... on HubError { code message } } }`,
    )
  const post = async (key: string, email = `${key}@example.com`) => {
    await postContact(place.hookUrl, key, email)
    // This one is never paused. Where processes share the work, an event is matched a moment after it was stored.
    await expect.poll(() => ran(place.flow)).toContain(key)
    await api.hub.settled()
  }
  const replay = async (flowId: string, more: string) =>
    (
      await api.marketer(`mutation { replayEvents(flowId: "${flowId}", ${more}) {
        ... on ReplayAnswer { count replay { id } events { event { properties } outcome reason { code } } }
        ... on HubError { code message } } }`)
    ).data.replayEvents
  const send = async (flowId: string, more = 'dryRun: false') =>
    carriedOut((await replay(flowId, more)).replay.id)
  /** For what the flow has run, by name: several may begin in the same millisecond. */
  const ran = async (flowId: string): Promise<string[]> => {
    const { data } = await api.marketer(
      `{ flow(id: "${flowId}") { runs(first: 50) { items { event { properties } } } } }`,
    )
    const runs: { event: { properties: { id: string } } }[] = data.flow.runs.items
    return runs.map(({ event }) => event.properties.id).toSorted()
  }
  const keptOut = async (flowId: string): Promise<number> =>
    (await api.viewer(`{ flow(id: "${flowId}") { keptOut } }`)).data.flow.keptOut

  it('is sent through that flow once it is on again: those events, and no flow that is newer', async () => {
    const id = await flow()
    await post('gap-before')
    await change('pauseFlow', id)
    await post('gap-1')
    await post('gap-2')
    await change('resumeFlow', id)
    await post('gap-after')
    const newer = await flow()
    expect(await keptOut(id)).toBe(2)

    expect(await replay(id, 'dryRun: true')).toEqual({
      count: 2,
      replay: null,
      events: [
        { event: { properties: { id: 'gap-1' } }, outcome: 'entered', reason: null },
        { event: { properties: { id: 'gap-2' } }, outcome: 'entered', reason: null },
      ],
    })
    await expect.poll(() => ran(id)).toEqual(['gap-after', 'gap-before'])

    const elsewhere = await ran(place.flow)
    expect(await send(id)).toMatchObject({ state: 'done', total: 2, done: 2, failed: 0 })
    await expect.poll(() => ran(id)).toEqual(['gap-1', 'gap-2', 'gap-after', 'gap-before'])
    expect(await ran(newer)).toEqual([])
    expect(await ran(place.flow)).toEqual(elsewhere)
    const { data } = await api.viewer(`{ flow(id: "${id}") { deliveries { items { id state } } } }`)
    expect(data.flow.deliveries.items.map(({ state }: { state: string }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'delivered'),
    )
  })

  it('is not done twice: what has been sent through is kept out no longer', async () => {
    const id = await flow()
    await change('pauseFlow', id)
    await post('twice-1')
    await change('resumeFlow', id)
    const [first, second] = [await replay(id, 'dryRun: false'), await replay(id, 'dryRun: false')]
    for (const { replay: begun } of [first, second]) await carriedOut(begun.id)
    await expect.poll(() => ran(id)).toEqual(['twice-1'])
    await expect.poll(() => keptOut(id)).toBe(0)
    expect(await replay(id, 'dryRun: false')).toMatchObject({ code: 'nothing_to_replay' })
  })

  it('goes through both of two flows that kept it out, although both are sent at the same moment', async () => {
    const ids = [await flow(), await flow()]
    for (const id of ids) await change('pauseFlow', id)
    await post('gap-both-1')
    await post('gap-both-2')
    for (const id of ids) await change('resumeFlow', id)
    const replays = [await replay(ids[0]!, 'dryRun: false'), await replay(ids[1]!, 'dryRun: false')]
    for (const { replay: begun } of replays) {
      expect(await carriedOut(begun.id)).toMatchObject({ state: 'done', done: 2, failed: 0 })
    }
    for (const id of ids) await expect.poll(() => ran(id)).toEqual(['gap-both-1', 'gap-both-2'])
  })

  it('goes through once for each contact where the flow says so', async () => {
    const id = await flow({ entry: 'once_per_contact' })
    await post('once-before', 'known@example.com')
    await change('pauseFlow', id)
    await post('once-1', 'known@example.com')
    await post('once-2', 'new@example.com')
    await post('once-3', 'new@example.com')
    await change('resumeFlow', id)
    const before = { outcome: 'not_matched', reason: { code: 'entered_before' } }
    expect((await replay(id, 'dryRun: true')).events).toMatchObject([before, { outcome: 'entered' }, before])
    await send(id)
    await expect.poll(() => ran(id)).toEqual(['once-2', 'once-before'])
    await expect.poll(() => keptOut(id)).toBe(0)
  })

  it('is that of the last pause, which begins once, and that of an earlier one where it is named', async () => {
    const id = await flow()
    const { pausedAt } = await change('pauseFlow', id)
    expect((await change('pauseFlow', id)).pausedAt).toBe(pausedAt)
    await post('pause-1')
    await change('resumeFlow', id)
    await change('pauseFlow', id)
    await post('pause-2')
    expect(await replay(id, 'dryRun: true')).toMatchObject({ code: 'flow_still_paused' })
    await change('publishFlow', id)
    await send(id)
    await expect.poll(() => ran(id)).toEqual(['pause-2'])
    await send(id, `pausedAt: "${pausedAt}"`)
    await expect.poll(() => ran(id)).toEqual(['pause-1', 'pause-2'])
  })

  it('is judged by what the flow listens to now, and the event says so', async () => {
    const id = await flow()
    await change('pauseFlow', id)
    await post('judged-1')
    const draft = `{ trigger: { events: ["order.completed"] },
      steps: [{ connectionId: "${place.connection}", actionId: "httpRequest", mappingId: "${place.mapping}" }] }`
    await made(
      api.marketer,
      `mutation { updateFlowDraft(id: "${id}", definition: ${draft}) { ... on Flow { id } ... on HubError { code message } } }`,
    )
    await change('publishFlow', id)
    const other = { outcome: 'not_matched', reason: { code: 'other_event' } }
    expect((await replay(id, 'dryRun: true')).events).toMatchObject([other])
    await send(id)
    await expect.poll(() => ran(id)).toEqual([])
    await expect.poll(() => keptOut(id)).toBe(0)
  })

  it('is nothing where the flow never was paused, or was before pauses were written down', async () => {
    const id = await flow()
    expect(await replay(id, 'dryRun: true')).toMatchObject({ code: 'nothing_to_replay' })
    await api.hub.deps.storesOf(api.workspaceId).flows.change(id, { state: 'paused' })
    await api.hub.deps.config.bump()
    await post('unwritten-1')
    await change('resumeFlow', id)
    await expect.poll(() => keptOut(id)).toBe(0)
    expect(await replay(id, 'dryRun: true')).toMatchObject({ code: 'nothing_to_replay' })
  })
})
