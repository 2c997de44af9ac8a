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
