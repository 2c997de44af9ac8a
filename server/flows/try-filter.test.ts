import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, postContact } from '../graphql/testing/furnish-workspace.ts'
import type { Furnished } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
  await postContact(place.hookUrl, 'pro-1', 'pro@example.com', { plan: 'pro', seats: 3 })
  await postContact(place.hookUrl, 'free-1', 'free@example.com', { plan: 'free', seats: 1 })
  await api.hub.settled()
})
afterAll(() => api.close())

async function trial(filter: unknown, events = ['contact.created'], connectionId = place.connection) {
  const { data } = await api.marketer(
    `query ($trigger: FlowTriggerInput!, $filter: JSON) {
      tryFilter(trigger: $trigger, filter: $filter) {
        ... on FilterTrial {
          lastWeek isMadeUp
          tried { passes reason { code data } event { draftContact } }
          fields { path kind examples }
        }
        ... on InputInvalid { problems { path } }
      }
    }`,
    { trigger: { connectionId, events }, filter },
  )
  return data.tryFilter
}

describe('a condition tried on what really came', () => {
  it('says which events would have passed, and of the others what was false', async () => {
    const { lastWeek, isMadeUp, tried } = await trial({
      path: 'event.properties.plan',
      op: 'equals',
      value: 'pro',
    })
    expect({ lastWeek, isMadeUp }).toEqual({ lastWeek: 3, isMadeUp: false })
    expect(tried.map(({ passes }: { passes: boolean }) => passes)).toEqual([false, true, false])
    expect(tried[0]).toMatchObject({
      event: { draftContact: { email: 'free@example.com' } },
      reason: { code: 'filter_false', data: { actual: 'free', expected: 'pro' } },
    })
  })

  it.each(['event.raw', 'event.`raw`'])('reads what the vendor posted, written as %s', async (path) => {
    const { tried } = await trial({ path, op: 'is_set' })
    expect(tried.map(({ passes }: { passes: boolean }) => passes)).toEqual([true, true, true])
  })

  it('lets everything pass where there is no condition, and names the fields that there are to choose from', async () => {
    const { tried, fields } = await trial(undefined)
    expect(tried.every(({ passes }: { passes: boolean }) => passes)).toBe(true)
    expect(fields).toContainEqual({ path: 'event.properties.plan', kind: 'text', examples: ['free', 'pro'] })
    expect(fields).toContainEqual({ path: 'event.properties.seats', kind: 'number', examples: ['1', '3'] })
  })

  it('shows the fields of a made-up event while none has come', async () => {
    const { tried, isMadeUp, fields } = await trial(undefined, ['form.submitted'])
    expect({ tried, isMadeUp }).toEqual({ tried: [], isMadeUp: true })
    expect(fields.map(({ path }: { path: string }) => path)).toContain('event.contact.email')
  })

  it('says what is wrong with something that is no condition', async () => {
    expect((await trial({ path: 'event.a', op: 'resembles' })).problems[0].path).toBe('filter.op')
  })
})
