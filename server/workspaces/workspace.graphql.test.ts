import { afterAll, beforeAll, expect, it } from 'vitest'
import { askingAs } from '../graphql/testing/ask-api.ts'
import { furnishWorkspace, made } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'

let api: Api

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

it('shows at a glance what came in, what went out and what is stuck', async () => {
  await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
  const { data } = await api.viewer(`{ statistics(hours: 2, step: day) {
    receipts { at state count } deliveries { state count }
    receiptTotals { state count } deliveryTotals { state count }
    isCapped openReceipts openDeliveries openBreakers { id }
  } }`)
  const day = new Date().toISOString().slice(0, 10)
  expect(data.statistics).toEqual({
    receipts: [{ at: `${day}T00:00:00.000Z`, state: 'done', count: 1 }],
    deliveries: [{ state: 'delivered', count: 1 }],
    receiptTotals: [{ state: 'done', count: 1 }],
    deliveryTotals: [{ state: 'delivered', count: 1 }],
    isCapped: false,
    openReceipts: 0,
    openDeliveries: 0,
    openBreakers: [],
  })
})

it('keeps things as long as the owner says, and bodies no longer than their receipts', async () => {
  const set = (bodiesDays: number) =>
    api.owner(`mutation { setRetention(retention: { bodiesDays: ${bodiesDays}, receiptsDays: 60, refusedDays: 3, deliveriesDays: 100 }) {
      ... on Workspace { retention { bodiesDays receiptsDays } } ... on InputInvalid { problems { path } }
    } }`)
  expect((await set(14)).data.setRetention.retention).toEqual({ bodiesDays: 14, receiptsDays: 60 })
  expect((await set(61)).data.setRetention.problems).toEqual([{ path: 'retention.bodiesDays' }])
  const { data } = await api.viewer('{ workspace { retention { bodiesDays } } }')
  expect(data.workspace.retention.bodiesDays).toBe(14)
})

it('gives a new workspace a place of its own, in whose log its making stands first', async () => {
  const operator = askingAs(api.hub, { token: api.hub.adminToken })
  const { id } = await made(
    operator,
    'mutation { createWorkspace(name: "Client") { ... on Workspace { id } } }',
  )
  const there = askingAs(api.hub, { token: api.hub.adminToken, workspaceId: id })
  const { data } = await there(
    '{ workspace { name } connections { count } auditLog { items { action subject } } }',
  )
  expect(data).toEqual({
    workspace: { name: 'Client' },
    connections: { count: 0 },
    auditLog: { items: [{ action: 'createWorkspace', subject: id }] },
  })
})

it('says to an operator who names a workspace that does not exist that there is none', async () => {
  const lost = askingAs(api.hub, { token: api.hub.adminToken, workspaceId: 'wsp_nowhere' })
  const [error] = (await lost('{ connections { count } }')).errors ?? []
  expect(error?.extensions.code).toBe('workspace_not_found')
  expect(error?.message).toContain('There is no workspace wsp_nowhere')
})
