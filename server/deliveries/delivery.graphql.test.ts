import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made, postContact } from '../graphql/testing/furnish-workspace.ts'
import type { Furnished } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import type { DeliveryStore } from './delivery-store.ts'
import type { Delivery } from './delivery.ts'

let api: Api
let place: Furnished
let deliveries: DeliveryStore
let like: Delivery

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
  ;({ deliveries } = api.hub.deps.storesOf(api.workspaceId))
  like = (await deliveries.find(place.delivery))!
})
afterAll(() => api.close())

let made_ = 0

/** A delivery as the pipeline might have left it. */
async function left(change: Partial<Delivery>): Promise<string> {
  const id = `dlv_left-${++made_}`
  const { reason: _reason, output: _output, ...rest } = like
  await deliveries.add({ ...rest, id, lane: `lane-${made_}`, attempts: [], ...change })
  return id
}

const FIELDS =
  '__typename ... on Delivery { id state replayOf { id } reason { code } } ... on HubError { code message }'

async function act(mutation: string) {
  const { data, errors } = await api.ops(`mutation { answer: ${mutation} { ${FIELDS} } }`)
  expect(errors).toBeUndefined()
  return data.answer
}

async function stateOf(id: string): Promise<string> {
  return (await deliveries.find(id))?.state ?? 'missing'
}

describe('a delivery that lacks a field', () => {
  it('is made good by mending the mapping and replaying it, once', async () => {
    const { data } = await api.viewer(`{ mapping(id: "${place.mapping}") { version fields } }`)
    const { version, fields } = data.mapping
    const needsPlan = { source: { kind: 'field', path: 'event.properties.nowhere' }, when: 'always' }
    await save(version, { url: needsPlan })
    await postContact(place.hookUrl, 'lack-1', 'lack@example.com')
    await api.hub.settled()
    const list = await api.viewer(
      '{ deliveries(filter: { states: [needs_mapping] }) { items { id problems { field code } attempts { id } } } }',
    )
    const [stuck] = list.data.deliveries.items
    expect(stuck).toMatchObject({
      problems: [{ field: 'url', code: 'required_field_missing' }],
      attempts: [],
    })

    await save(version + 1, fields)
    const before = api.receiver.received.length
    const fresh = await made(api.marketer, `mutation { replayDelivery(id: "${stuck.id}") { ${FIELDS} } }`)
    expect(fresh).toMatchObject({ replayOf: { id: stuck.id } })
    expect(fresh.id).not.toBe(stuck.id)
    await api.hub.settled()
    expect(await stateOf(fresh.id)).toBe('delivered')
    expect(api.receiver.received).toHaveLength(before + 1)

    expect(await stateOf(stuck.id)).toBe('cancelled')
    expect(await act(`replayDelivery(id: "${stuck.id}")`)).toMatchObject({
      code: 'delivery_state_unsuitable',
    })
  })

  it('is replaced once, however many press the button', async () => {
    const id = await left({ state: 'failed' })
    const answers = await Promise.all([1, 2, 3].map(() => act(`replayDelivery(id: "${id}")`)))
    const ids = new Set(answers.flatMap((answer) => (answer.__typename === 'Delivery' ? [answer.id] : [])))
    expect(ids.size).toBe(1)
    const all = await deliveries.page({ runId: like.runId }, undefined, 200)
    expect(all.filter(({ replayOf }) => replayOf === id)).toHaveLength(1)
    await api.hub.settled()
  })

  async function save(version: number, fields: unknown) {
    await made(
      api.marketer,
      `mutation ($fields: JSON!) {
        saveMapping(id: "${place.mapping}", version: ${version}, fields: $fields) { ... on Mapping { id } ... on HubError { code message } }
      }`,
      { fields },
    )
  }
})

describe('a delivery that has arrived', () => {
  it('is not sent again unless that is said in so many words', async () => {
    expect(await act(`replayDelivery(id: "${place.delivery}")`)).toMatchObject({
      code: 'delivery_arrived_already',
    })
    const before = api.receiver.received.length
    const again = await act(`replayDelivery(id: "${place.delivery}", evenIfDelivered: true)`)
    await api.hub.settled()
    expect(api.receiver.received).toHaveLength(before + 1)
    expect(await stateOf(again.id)).toBe('delivered')
    expect(await stateOf(place.delivery)).toBe('delivered')
  })
})

describe('a delivery that waits', () => {
  it('says what for, and goes as soon as that is given up', async () => {
    const lane = 'lane-of-two'
    const first = await left({
      lane,
      state: 'retrying',
      position: 1,
      dueAt: new Date(Date.now() + 3_600_000),
    })
    const second = await left({ lane, state: 'queued', position: 2, dueAt: undefined })
    await api.hub.settled()
    const { data } = await api.viewer(`{ delivery(id: "${second}") { state ahead { id nextTryAt } } }`)
    expect(data.delivery).toEqual({ state: 'queued', ahead: { id: first, nextTryAt: expect.any(String) } })

    expect(await act(`cancelDelivery(id: "${first}")`)).toMatchObject({
      state: 'cancelled',
      reason: { code: 'cancelled_by_person' },
    })
    await api.hub.settled()
    expect(await stateOf(second)).toBe('delivered')
  })

  it('is tried now instead of later', async () => {
    const id = await left({ state: 'retrying', dueAt: new Date(Date.now() + 3_600_000) })
    await act(`retryDelivery(id: "${id}")`)
    await api.hub.settled()
    expect(await stateOf(id)).toBe('delivered')
  })

  it('is not given up once it is over or under way', async () => {
    for (const state of ['sending', 'delivered', 'skipped', 'cancelled'] as const) {
      const id = await left({ state, dueAt: new Date(Date.now() + 3_600_000) })
      expect(await act(`cancelDelivery(id: "${id}")`)).toMatchObject({ code: 'delivery_state_unsuitable' })
      expect(await stateOf(id)).toBe(state)
    }
  })
})

describe('a delivery of which nobody knows whether it arrived', () => {
  it.each([
    { resolution: 'ARRIVED', state: 'delivered', reason: 'confirmed_by_person' },
    { resolution: 'LEAVE', state: 'cancelled', reason: 'left_by_person' },
  ])('is $state when a person says $resolution', async ({ resolution, state, reason }) => {
    const before = api.receiver.received.length
    const id = await left({ state: 'unconfirmed' })
    expect(await act(`resolveUnconfirmed(id: "${id}", resolution: ${resolution})`)).toMatchObject({
      id,
      state,
      reason: { code: reason },
    })
    await api.hub.settled()
    expect(api.receiver.received).toHaveLength(before)
  })

  it('is sent again under a new key when a person says so, and not merely because somebody replays it', async () => {
    const id = await left({ state: 'unconfirmed' })
    expect(await act(`replayDelivery(id: "${id}")`)).toMatchObject({ code: 'delivery_state_unsuitable' })
    const again = await act(`resolveUnconfirmed(id: "${id}", resolution: SEND_AGAIN)`)
    await api.hub.settled()
    expect(again).toMatchObject({ replayOf: { id } })
    expect(await stateOf(again.id)).toBe('delivered')
    expect(await stateOf(id)).toBe('cancelled')
  })

  it('is decided once, although two people say different things at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await left({ state: 'unconfirmed' })
      const answers = await Promise.all(
        ['SEND_AGAIN', 'ARRIVED'].map((resolution) =>
          act(`resolveUnconfirmed(id: "${id}", resolution: ${resolution})`),
        ),
      )
      expect(answers.filter(({ __typename }) => __typename === 'Delivery')).toHaveLength(1)
      const replacements = (await deliveries.page({ runId: like.runId }, undefined, 200)).filter(
        ({ replayOf }) => replayOf === id,
      )
      expect(replacements).toHaveLength((await stateOf(id)) === 'delivered' ? 0 : 1)
    }
    await api.hub.settled()
  })

  it('is decided by ops and owners', async () => {
    const id = await left({ state: 'unconfirmed' })
    const { errors } = await api.marketer(
      `mutation { resolveUnconfirmed(id: "${id}", resolution: ARRIVED) { ${FIELDS} } }`,
    )
    expect(errors?.[0]?.extensions.code).toBe('forbidden')
    expect(await stateOf(id)).toBe('unconfirmed')
  })
})
