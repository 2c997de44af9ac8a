import { afterAll, beforeAll, expect, it } from 'vitest'
import { furnishWorkspace, postContact } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('calls what the vocabulary has no word for by its tool’s own name as well', async () => {
  const { hookUrl } = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
  await postContact(hookUrl, 'known', 'ada@example.com')
  await fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'lost-1', type: 'parcel.lost', contact: { email: 'ada@example.com' } }),
  })
  await api.hub.settled()
  const { data } = await api.viewer('{ events(first: 2) { items { name ownName } } }')
  expect(data.events.items).toEqual([
    { name: 'custom.event', ownName: 'parcel.lost' },
    { name: 'contact.created', ownName: null },
  ])
})

it('finds events by the flow that ran and by what became of them there', async () => {
  const { flow, event, hookUrl } = await furnishWorkspace(api.hub, api.owner, 'flows', api.receiver.url)
  api.receiver.status = 422
  await postContact(hookUrl, 'refused-1', 'bob@example.com')
  await api.hub.settled()
  api.receiver.status = 200
  const find = `query ($filter: EventFilter, $flow: ID, $after: String, $first: Int! = 50) {
    events(filter: $filter, after: $after, first: $first) {
      count nextCursor items { id contact { email } deliveryStates(flowId: $flow) }
    }
  }`
  const ofFlow = await api.marketer(find, { filter: { flowId: flow }, flow })
  expect(ofFlow.data.events).toMatchObject({
    count: 2,
    items: [
      { contact: { email: 'bob@example.com' }, deliveryStates: ['refused'] },
      { id: event, deliveryStates: ['delivered'] },
    ],
  })
  const [first] = ofFlow.data.events.items
  for (const filter of [
    { outcome: 'needs_you', flowId: flow },
    { outcome: 'needs_you', names: ['contact.created'] },
  ]) {
    expect(
      (await api.viewer(find, { filter })).data.events.items.map(({ id }: { id: string }) => id),
    ).toEqual([first.id])
  }
  expect((await api.viewer(find, { filter: { outcome: 'waits' } })).data.events.items).toEqual([])
  const page = (await api.viewer(find, { filter: { flowId: flow }, first: 1 })).data.events
  const older = { filter: { flowId: flow }, first: 1, after: page.nextCursor }
  expect((await api.viewer(find, older)).data.events).toMatchObject({
    nextCursor: null,
    items: [{ id: event }],
  })

  // What another flow made of it is none of this one's.
  const elsewhere = await api.viewer(find, { filter: { flowId: flow }, flow: 'flw_other' })
  expect(elsewhere.data.events.items[0].deliveryStates).toEqual([])
  const wrong = await api.viewer(find, { filter: { outcome: 'delivered' } })
  expect(wrong.errors?.[0]?.message).toContain('"delivered" does not exist in "EventOutcome" enum')
})
