import { afterAll, beforeAll, expect, it } from 'vitest'
import { postContact } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { fixed, step, wireUp } from '../testing/wire.ts'
import { findProblems, TROUBLES_MAX } from './find-problems.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let api: Api
let formsUrl: string
/** The newsletter, and the problem that it is while it is paused. */
let id: string
let aheadMs = 0
let people = 0

beforeAll(async () => {
  api = await startApi({}, { now: () => new Date(Date.now() + aheadMs) })
  const wire = wireUp(api.hub.deps, api.workspaceId)
  const forms = await wire.connection('webhook', {}, { name: 'Forms' })
  const out = await wire.connection('webhook', {}, { name: 'Newsletter' })
  const mapping = await wire.mapping('webhook', 'httpRequest', { url: fixed(`${api.receiver.url}/in`) })
  await wire.flow({
    trigger: { connectionId: forms.id, events: ['contact.created'] },
    entry: 'every_event',
    steps: [step(api.hub.deps, out.id, 'httpRequest', mapping)],
  })
  formsUrl = api.hub.url + forms.hookPath
  id = out.id
  await turn('pause')
  await signUp()
})
afterAll(() => api.close())

async function turn(way: 'pause' | 'resume') {
  await api.ops(`mutation { ${way}Connection(id: "${id}") { __typename } }`)
  await api.hub.settled()
}

async function signUp() {
  const name = `person-${++people}`
  await postContact(formsUrl, name, `${name}@example.com`)
  await api.hub.settled()
}

/** What the first page lists, and what it keeps out of the way. */
async function look() {
  const { data } = await api.viewer(
    '{ problems { items { id people } snoozed { id people snooze { until byName morePeople } } } }',
  )
  return data.problems
}

const inMs = (ms: number) => new Date(api.hub.deps.now().getTime() + ms).toISOString()

async function snooze(until: string, ask = api.marketer, problem = id) {
  const { data, errors } = await ask(
    `mutation { snoozeProblem(id: "${problem}", until: "${until}") {
      __typename ... on Problem { snooze { until } } ... on HubError { code message } } }`,
  )
  return data?.snoozeProblem ?? errors?.[0]?.extensions
}

const wake = (ask = api.marketer) =>
  ask(`mutation { wakeProblem(id: "${id}") { __typename ... on Problem { snooze { until } } } }`)

it('keeps a snoozed problem out of the way until its time, says who wanted that, and how much worse it got', async () => {
  expect(await look()).toEqual({ items: [{ id, people: 1 }], snoozed: [] })
  const until = inMs(HOUR_MS)
  expect(await snooze(until)).toEqual({ __typename: 'Problem', snooze: { until } })
  const asleep = { id, people: 1, snooze: { until, byName: 'marketer', morePeople: 0 } }
  expect(await look()).toEqual({ items: [], snoozed: [asleep] })

  // Somebody else wants it otherwise: the last one counts.
  const later = inMs(2 * HOUR_MS)
  await snooze(later, api.owner)
  await signUp()
  expect(await look()).toEqual({
    items: [],
    snoozed: [{ id, people: 2, snooze: { until: later, byName: 'owner', morePeople: 1 } }],
  })
  aheadMs += 2 * HOUR_MS
  expect(await look()).toEqual({ items: [{ id, people: 2 }], snoozed: [] })
})

it('brings a snoozed problem back when somebody wakes it, and lets viewers do neither', async () => {
  await snooze(inMs(DAY_MS))
  expect((await wake(api.viewer)).errors).toMatchObject([{ extensions: { code: 'forbidden' } }])
  expect((await look()).items).toEqual([])
  expect((await wake()).data.wakeProblem).toEqual({ __typename: 'Problem', snooze: null })
  expect(await look()).toEqual({ items: [{ id, people: 2 }], snoozed: [] })
  expect(await snooze(inMs(HOUR_MS), api.viewer)).toMatchObject({ code: 'forbidden' })
})

it('forgets the snooze of a problem that was mended: should it come again, it is shown', async () => {
  await snooze(inMs(7 * DAY_MS))
  await turn('resume')
  expect(await look()).toEqual({ items: [], snoozed: [] })
  expect(await snooze(inMs(HOUR_MS))).toMatchObject({ __typename: 'ProblemNotFound' })

  aheadMs += HOUR_MS
  await turn('pause')
  await signUp()
  expect(await look()).toEqual({ items: [{ id, people: 1 }], snoozed: [] })
})

it.each([
  { when: 'in the past', ms: -1_000, says: 'must be a moment that is still to come' },
  { when: 'later than 30 days from now', ms: 30 * DAY_MS + HOUR_MS, says: 'must be within the next 30 days' },
])('refuses a snooze until a moment $when, and says so', async ({ ms, says }) => {
  const refused = await snooze(inMs(ms))
  expect(refused).toMatchObject({ code: 'input_invalid', message: expect.stringContaining(says) })
  expect((await look()).snoozed).toEqual([])
})

it('keeps a problem snoozed that has more deliveries than are counted, where nobody can tell when it began', async () => {
  const { deps } = api.hub
  const stores = deps.storesOf(api.workspaceId)
  const [delivery] = await stores.deliveries.page({}, undefined, 1)
  const failed = { ...delivery!, state: 'failed' as const, fields: [] }
  const problemsOf = (count: number) => {
    const troubled = async () => Array.from({ length: count }, () => failed)
    const health = { of: async () => undefined, openAmong: async () => [] }
    return findProblems(
      { ...deps, ...stores, hub: deps, deliveries: { ...stores.deliveries, troubled } },
      health,
    )
  }
  const [problem] = (await problemsOf(1)).items
  const at = new Date(failed.createdAt.getTime() - HOUR_MS)
  const until = new Date(inMs(HOUR_MS))
  await stores.problemSnoozes.set({ problemId: problem!.id, until, at, by: 'operator', people: 1 })

  expect((await problemsOf(TROUBLES_MAX)).snoozed).toMatchObject([{ id: problem!.id }])
  expect((await problemsOf(TROUBLES_MAX - 1)).snoozed).toEqual([])
})
