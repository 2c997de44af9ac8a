import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { made } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { VIEWS_MAX } from './create-view.ts'

let api: Api

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const refused = '... on HubError { code message } ... on InputInvalid { problems { path message } }'
const create = `mutation ($list: ViewList! = events, $name: String!, $filter: ViewFilter! = { days: 7 }) {
  createView(list: $list, name: $name, filter: $filter) { __typename ... on View { id name } ${refused} }
}`
const update = `mutation ($id: ID!, $name: String, $filter: ViewFilter) {
  updateView(id: $id, name: $name, filter: $filter) {
    __typename ... on View { id name connectionId eventName days } ${refused}
  }
}`
const remove = `mutation ($id: ID!) { deleteView(id: $id) { __typename ... on Deleted { id } ... on HubError { code } } }`
const answerOf = async (asked: Promise<{ data?: Record<string, unknown> }>) =>
  Object.values((await asked).data ?? {})[0]

async function namesIn(list: 'events' | 'deliveries'): Promise<string[]> {
  const { data } = await api.viewer(`{ views(list: ${list}) { name } }`)
  return data.views.map(({ name }: { name: string }) => name)
}

describe('a view of a list', () => {
  it('is kept by a marketer for everybody, with who made it, and a viewer can use it', async () => {
    const filter = {
      connectionId: 'con_gone',
      eventName: 'order.completed',
      flowId: 'flw_gone',
      state: 'needs_you',
      days: 7,
    }
    const view = await made(api.marketer, create, { name: '  Sales of\nthe shop ', filter })
    const { data } = await api.viewer(
      '{ views(list: events) { id name connectionId eventName flowId state days createdByName } }',
    )
    expect(data.views).toEqual([
      {
        id: view.id,
        name: 'Sales of the shop',
        ...filter,
        createdByName: 'marketer',
      },
    ])
    expect(await namesIn('deliveries')).toEqual([])
  })

  it('has a name of its own in its list, in small letters or capitals, in another list again', async () => {
    const view = await made(api.marketer, create, { name: 'Größen' })
    const other = await made(api.marketer, create, { name: 'Lengths' })
    const taken = { code: 'view_name_taken', message: expect.stringContaining('“GRÖßEN” already') }
    expect(await answerOf(api.marketer(create, { name: 'GRÖßEN' }))).toMatchObject(taken)
    expect(await answerOf(api.marketer(update, { id: other.id, name: 'GRÖßEN' }))).toMatchObject(taken)
    expect(await answerOf(api.marketer(update, { id: view.id, name: 'GRÖßEN' }))).toMatchObject({
      name: 'GRÖßEN',
      days: 7,
    })
    await made(api.marketer, create, { list: 'deliveries', name: 'größen', filter: { state: 'needs_you' } })
    for (const [name, message] of [
      ['', 'give it a name'],
      [' \u200b ', 'give it a name'],
      ['x'.repeat(61), 'is longer than 60 characters'],
    ]) {
      expect(await answerOf(api.marketer(create, { name }))).toMatchObject({
        problems: [{ path: 'name', message }],
      })
    }
  })

  it('shows something else or is called something else without losing the other, until it is deleted', async () => {
    const { id } = await made(api.marketer, create, { name: 'Last week' })
    await made(api.marketer, update, { id, filter: { eventName: 'cart.abandoned' } })
    expect(await made(api.marketer, update, { id, name: 'Carts' })).toEqual({
      __typename: 'View',
      id,
      name: 'Carts',
      connectionId: null,
      eventName: 'cart.abandoned',
      days: null,
    })
    expect(await made(api.marketer, remove, { id })).toMatchObject({ id })
    for (const asked of [api.marketer(update, { id, name: 'x' }), api.marketer(remove, { id })]) {
      expect(await answerOf(asked)).toMatchObject({ code: 'view_not_found' })
    }
  })

  it.each([
    ['events', {}, 'choose something first, else it is the whole list'],
    ['events', { state: 'needs you' }, 'is at most 100 small letters, digits, dots and underscores'],
    ['deliveries', { eventName: 'order.completed' }, 'this list has no eventName'],
    ['events', { days: 0 }, 'goes back a day at least'],
    ['events', { days: 99_999 }, 'goes back 3,650 days at most'],
    ['events', { connectionId: 'x'.repeat(101) }, 'is longer than 100 characters'],
    ['deliveries', { state: '<b>' }, 'is at most 100 small letters, digits, dots and underscores'],
  ])('of %s is refused with %j, in a sentence', async (list, filter, message) => {
    expect(await answerOf(api.marketer(create, { list, name: 'x', filter }))).toMatchObject({
      __typename: 'InputInvalid',
      problems: [{ path: expect.stringMatching(/^filter/), message }],
    })
  })

  it('is kept from no more than fifty in a list, which are as many as one finds again', async () => {
    const have = (await namesIn('deliveries')).length
    for (let at = have; at < VIEWS_MAX; at++) {
      await made(api.marketer, create, { list: 'deliveries', name: `View ${at}`, filter: { days: 1 } })
    }
    const oneMore = { list: 'deliveries', name: 'One more', filter: { days: 1 } }
    expect(await answerOf(api.marketer(create, oneMore))).toMatchObject({ code: 'too_many_views' })
    expect(await namesIn('deliveries')).toHaveLength(VIEWS_MAX)
    await made(api.marketer, create, { name: 'In the other list' })
  })

  it('is not to be changed by a viewer, and stands in the audit log by name', async () => {
    const { id } = await made(api.marketer, create, { name: 'Watched' })
    for (const [ask, variables] of [
      [create, { name: 'Mine' }],
      [update, { id, name: 'Mine' }],
      [remove, { id }],
    ] as const) {
      expect((await api.viewer(ask, variables)).errors?.[0]?.extensions.code).toBe('forbidden')
    }
    const { data } = await api.owner(
      `{ auditLog(first: 9, filter: { subject: "${id}" }) { items { action subjectName outcome } } }`,
    )
    expect(data.auditLog.items).toContainEqual({
      action: 'createView',
      subjectName: 'Watched',
      outcome: 'done',
    })
  })
})
