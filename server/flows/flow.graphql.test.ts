import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made, postContact } from '../graphql/testing/furnish-workspace.ts'
import type { Furnished } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { flowVersionModel } from './flow-store.ts'
import { FlowIncomplete } from './flow-errors.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
})
afterAll(() => api.close())

interface Step {
  id?: string
  name?: string
  connectionId: string
  actionId: string
  mappingId: string
}

async function create(
  steps: Step[],
  more: { events?: string[]; filter?: unknown; connectionId?: string } = {},
) {
  const { events = ['contact.created'], filter, connectionId = place.connection } = more
  const flow = await made(
    api.marketer,
    `mutation ($definition: FlowDefinitionInput!) {
      createFlow(name: "Draft", definition: $definition) { ... on Flow { id draft { steps { id } } } ... on HubError { code message } }
    }`,
    { definition: { trigger: { connectionId, events }, steps, ...(filter ? { filter } : {}) } },
  )
  return flow as { id: string; draft: { steps: { id: string }[] } }
}

async function publish(id: string) {
  const { data } = await api.marketer(
    `mutation { publishFlow(id: "${id}") {
      __typename
      ... on Flow { publishedVersion state hasUnpublishedChanges }
      ... on FlowIncomplete { message gaps { stepId code subject message } }
    } }`,
  )
  return data.publishFlow
}

async function mapping(fields: unknown, connectorId = 'webhook', actionId = 'httpRequest'): Promise<string> {
  const { id } = await made(
    api.marketer,
    `mutation ($fields: JSON!) { createMapping(name: "M", connectorId: "${connectorId}", actionId: "${actionId}", fields: $fields) {
      ... on Mapping { id } ... on HubError { code message } } }`,
    { fields },
  )
  return id
}

const step = (mappingId: string, more: Partial<Step> = {}): Step => ({
  connectionId: place.connection,
  actionId: 'httpRequest',
  mappingId,
  ...more,
})

it('that lacks two things says that there is one more, and of three that there are two', () => {
  const gap = { code: 'no_steps', subject: '', message: 'Add a step.' } as const
  expect(new FlowIncomplete([gap, gap]).message).toBe('Add a step. There is 1 more thing to do.')
  expect(new FlowIncomplete([gap, gap, gap]).message).toBe('Add a step. There are 2 more things to do.')
})

describe('publishing a flow', () => {
  it('is refused while a required field is unmapped, in the words the marketer sees on screen', async () => {
    const flow = await create([step(await mapping({}))])
    const answer = await publish(flow.id)
    expect(answer.__typename).toBe('FlowIncomplete')
    expect(answer.gaps).toEqual([
      {
        stepId: flow.draft.steps[0]?.id,
        code: 'field_unmapped',
        subject: 'url',
        message: 'Map “Address” before you turn this flow on.',
      },
    ])
  })

  it.each([
    { what: 'it does nothing', codes: ['no_steps'], steps: () => [] },
    {
      what: 'its connection is gone',
      codes: ['connection_missing'],
      steps: () => [step(place.mapping, { connectionId: 'con_gone' })],
    },
    {
      what: 'its action is unknown',
      codes: ['action_missing'],
      steps: () => [step(place.mapping, { actionId: 'fly' })],
    },
    { what: 'its mapping is gone', codes: ['mapping_missing'], steps: () => [step('map_gone')] },
    {
      what: 'its mapping is for another action',
      codes: ['mapping_of_other_action'],
      steps: () => [step(place.mapping, { actionId: 'sendWebhook' })],
    },
    {
      what: 'two steps have one id',
      codes: ['step_twice'],
      steps: () => [step(place.mapping, { id: 'stp_x' }), step(place.mapping, { id: 'stp_x' })],
    },
  ])('is refused when $what', async ({ codes, steps }) => {
    const flow = await create(steps())
    expect((await publish(flow.id)).gaps.map(({ code }: { code: string }) => code)).toEqual(codes)
  })

  it('is refused for an event that no vendor ever sends', async () => {
    const flow = await create([step(place.mapping)], { events: ['order.exploded'] })
    expect((await publish(flow.id)).gaps).toEqual([
      expect.objectContaining({ code: 'event_unknown', subject: 'order.exploded' }),
    ])
  })

  it('is refused where “only if empty there” cannot be kept, because the tool does not say what it holds', async () => {
    const kept = await mapping({ url: { source: { kind: 'fixed', value: '/' }, when: 'only_if_empty' } })
    const flow = await create([step(kept)])
    expect((await publish(flow.id)).gaps).toEqual([
      expect.objectContaining({ code: 'cannot_keep_filled', subject: 'url' }),
    ])
  })

  it('is refused where a step reads what a later one gives', async () => {
    const reads = await mapping({
      url: { source: { kind: 'field', path: 'steps.stp_later.id' }, when: 'always' },
    })
    const flow = await create([step(reads), step(place.mapping, { id: 'stp_later' })])
    expect((await publish(flow.id)).gaps).toEqual([
      expect.objectContaining({ code: 'step_not_before', subject: 'stp_later' }),
    ])
  })

  it('keeps the ids of steps, by which the hub knows what it has done', async () => {
    const flow = await create([step(place.mapping)])
    const [first] = flow.draft.steps
    expect(first?.id).toMatch(/^stp_/)
    const changed = await made(
      api.marketer,
      `mutation ($id: ID!, $definition: FlowDefinitionInput) {
        updateFlowDraft(id: $id, definition: $definition) { ... on Flow { id draft { steps { id name } } } }
      }`,
      {
        id: flow.id,
        definition: {
          trigger: { events: ['contact.created'] },
          steps: [step(place.mapping), step(place.mapping, { id: first!.id, name: 'kept' })],
        },
      },
    )
    expect(changed.draft.steps).toEqual([
      { id: expect.stringMatching(/^stp_/), name: '' },
      { id: first!.id, name: 'kept' },
    ])
    expect(changed.draft.steps[0].id).not.toBe(first!.id)
  })

  it('is refused while nothing has been chosen to start it', async () => {
    const flow = await create([step(place.mapping)], { events: [] })
    expect((await publish(flow.id)).gaps).toEqual([expect.objectContaining({ code: 'no_events' })])
  })

  it('makes a version, and going back makes another one', async () => {
    const flow = await create([step(place.mapping)])
    expect(await publish(flow.id)).toMatchObject({ publishedVersion: 1, hasUnpublishedChanges: false })
    await made(
      api.marketer,
      `mutation ($id: ID!, $definition: FlowDefinitionInput) {
        updateFlowDraft(id: $id, definition: $definition) { ... on Flow { id } }
      }`,
      { id: flow.id, definition: { trigger: { events: ['contact.updated'] }, steps: [step(place.mapping)] } },
    )
    expect(await publish(flow.id)).toMatchObject({ publishedVersion: 2 })
    const back = await made(
      api.marketer,
      `mutation { rollBackFlow(id: "${flow.id}", version: 1) {
        ... on Flow { id publishedVersion hasUnpublishedChanges published { definition { trigger { events } } } versions { version publishedBy publishedByName } }
      } }`,
    )
    expect(back).toMatchObject({
      publishedVersion: 3,
      hasUnpublishedChanges: true,
      published: { definition: { trigger: { events: ['contact.created'] } } },
      versions: [{ version: 3 }, { version: 2 }, { version: 1 }],
    })
    expect(back.versions[0].publishedBy).toMatch(/^tok_/)
    expect(back.versions[0].publishedByName).toMatch(/\w/)
    const none = await api.marketer(
      `mutation { rollBackFlow(id: "${flow.id}", version: 9) { ... on FlowVersionNotFound { message } } }`,
    )
    expect(none.data.rollBackFlow.message).toContain('no version 9')
  })

  it('runs what was published last, also after somebody whose publishing stopped half-way', async () => {
    const flow = await create([step(place.mapping)])
    const [workspace] = await api.hub.deps.workspaces.all()
    const { flows } = api.hub.deps.storesOf(workspace!.id)
    const before = (await flows.find(flow.id))!
    const stopped = {
      flowId: flow.id,
      workspaceId: workspace!.id,
      version: 1,
      definition: before.draft,
      publishedAt: new Date('2026-11-22T18:00:00Z'),
      publishedBy: 'usr_stopped',
    }
    await flowVersionModel(api.hub.deps.database.connection).create({
      ...stopped,
      _id: `${flow.id}:1`,
      definition: JSON.stringify(stopped.definition),
    })
    await made(
      api.marketer,
      `mutation ($id: ID!, $definition: FlowDefinitionInput) {
        updateFlowDraft(id: $id, definition: $definition) { ... on Flow { id } }
      }`,
      { id: flow.id, definition: { trigger: { events: ['contact.updated'] }, steps: [step(place.mapping)] } },
    )
    expect(await publish(flow.id)).toMatchObject({ publishedVersion: 2, hasUnpublishedChanges: false })
    const running = async () =>
      made(
        api.marketer,
        `{ flow(id: "${flow.id}") {
          published { version definition { trigger { events } } } versions { version }
        } }`,
      )
    const published = { version: 2, definition: { trigger: { events: ['contact.updated'] } } }
    expect(await running()).toEqual({ published, versions: [{ version: 2 }] })

    // The first one was only slow, and goes on.
    expect(await flows.publish(before, stopped)).toBeUndefined()
    expect(await running()).toEqual({ published, versions: [{ version: 2 }] })
  })

  it('has nothing in its history that never ran, although two people published it at the same moment', async () => {
    const flow = await create([step(place.mapping)])
    const ask = `mutation { publishFlow(id: "${flow.id}") { __typename } }`
    await Promise.all([api.marketer(ask), api.owner(ask)])
    const { published, versions } = await made(
      api.marketer,
      `{ flow(id: "${flow.id}") { published { version } versions { version } } }`,
    )
    expect(versions).toEqual([published])
  })

  it('makes no other version of what runs already, and turns it on where it was paused', async () => {
    const flow = await create([step(place.mapping)])
    await publish(flow.id)
    expect(await publish(flow.id)).toMatchObject({ publishedVersion: 1, state: 'on' })
    await made(api.marketer, `mutation { pauseFlow(id: "${flow.id}") { ... on Flow { id } } }`)
    expect(await publish(flow.id)).toMatchObject({ publishedVersion: 1, state: 'on' })
  })

  it('does not publish what somebody else made of the draft since it was looked at', async () => {
    const flow = await create([step(place.mapping)])
    const definition = { trigger: { events: ['contact.updated'] }, steps: [step(place.mapping)] }
    await made(
      api.marketer,
      `mutation ($id: ID!, $definition: FlowDefinitionInput) {
        updateFlowDraft(id: $id, definition: $definition) { ... on Flow { id } }
      }`,
      { id: flow.id, definition },
    )
    const { data } = await api.marketer(`mutation {
      seen: publishFlow(id: "${flow.id}", revision: 0) { ... on HubError { code } }
      asItIs: publishFlow(id: "${flow.id}", revision: 1) { ... on Flow { publishedVersion } }
    }`)
    expect(data).toEqual({ seen: { code: 'flow_changed_meanwhile' }, asItIs: { publishedVersion: 1 } })
  })

  it('does not let one person overwrite what another has just saved', async () => {
    const flow = await create([])
    const save = async (name: string) => {
      const { data } = await api.marketer(
        `mutation ($id: ID!, $name: String, $definition: FlowDefinitionInput) {
          updateFlowDraft(id: $id, revision: 0, name: $name, definition: $definition) {
            __typename ... on Flow { name draftRevision } ... on FlowChangedMeanwhile { code }
          }
        }`,
        { id: flow.id, name, definition: { trigger: { events: [] }, steps: [] } },
      )
      return data.updateFlowDraft
    }
    expect(await save('mine')).toMatchObject({ name: 'mine', draftRevision: 1 })
    expect(await save('theirs')).toEqual({
      __typename: 'FlowChangedMeanwhile',
      code: 'flow_changed_meanwhile',
    })
  })

  it('tells the second of two who rename a flow what the first one called it', async () => {
    const flow = await create([])
    const rename = async (name: string, nameSeen: string) => {
      const { data } = await api.marketer(
        `mutation ($id: ID!, $name: String, $nameSeen: String) {
          updateFlowDraft(id: $id, name: $name, nameSeen: $nameSeen) {
            ... on Flow { name } ... on RenamedMeanwhile { code nameNow }
          }
        }`,
        { id: flow.id, name, nameSeen },
      )
      return data.updateFlowDraft
    }
    expect(await rename('mine', 'Draft')).toEqual({ name: 'mine' })
    // The answer was lost on its way, and the same is asked for once more.
    expect(await rename('mine', 'Draft')).toEqual({ name: 'mine' })
    expect(await rename('theirs', 'Draft')).toEqual({ code: 'renamed_meanwhile', nameNow: 'mine' })
    expect(await rename('theirs', 'mine')).toEqual({ name: 'theirs' })
  })

  it.each([
    [{ path: 'event..x y', op: 'equals', value: 'x' }, 'definition.filter.path', 'a field name was expected'],
    [{ path: 'plan', op: 'equals', value: 'x' }, 'definition.filter.path', 'must begin with one of event'],
    [{ path: 'event.name', op: 'one_of', value: 'x' }, 'definition.filter.value', 'a list of at least one'],
    [{ path: 'event.name', op: 'one_of', value: [] }, 'definition.filter.value', 'a list of at least one'],
    [{ path: 'event.name', op: 'greater' }, 'definition.filter.value', 'a number or a time'],
    [{ path: 'event.name', op: 'contains' }, 'definition.filter.value', 'a text or a number'],
    [{ path: 'event.name', op: 'equals', value: ['x'] }, 'definition.filter.value', 'a text, a number'],
    [{ any: [] }, 'definition.filter.any', 'at least one'],
    [{ path: 'event.name', op: 'resembles' }, 'definition.filter.op', 'must be equals, not_equals'],
    [{ path: 'event.name', op: 'is_set', also: 1 }, 'definition.filter', 'nothing called also'],
    [{ all: { path: 'event.name', op: 'is_set' } }, 'definition.filter.all', 'must be a list'],
    [{ all: [], any: [] }, 'definition.filter', 'must be { path, op, value }'],
    ['event.name = x', 'definition.filter', 'must be { path, op, value }'],
    [
      { all: [{ not: { any: [{ path: 'event.x', op: 'less' }] } }] },
      'definition.filter.all.0.not.any.0.value',
      '',
    ],
  ])('refuses a condition that can never hold, and says what it lacks: %j', async (filter, path, message) => {
    const { data } = await api.marketer(
      `mutation ($definition: FlowDefinitionInput!) {
        createFlow(name: "x", definition: $definition) { ... on InputInvalid { problems { path message } } }
      }`,
      { definition: { trigger: { events: [] }, filter, steps: [] } },
    )
    expect(data.createFlow.problems).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('is refused where an older release has stored a condition that can never hold', async () => {
    const flow = await create([step(place.mapping)])
    const [workspace] = await api.hub.deps.workspaces.all()
    const { flows } = api.hub.deps.storesOf(workspace!.id)
    const { draft } = (await flows.find(flow.id))!
    await flows.change(flow.id, {
      draft: { ...draft, filter: { path: 'event.name', op: 'one_of', value: 'x' } },
    })
    expect((await publish(flow.id)).gaps).toEqual([
      expect.objectContaining({
        code: 'filter_unusable',
        message: expect.stringContaining('a list of at least'),
      }),
    ])
  })
})

it('refuses a condition that is nested without end, instead of falling over it', async () => {
  let filter: object = { path: 'event.name', op: 'is_set' }
  for (let level = 0; level < 3_000; level += 1) filter = { not: filter }
  const answer = await api.marketer(
    `mutation ($definition: FlowDefinitionInput!) { createFlow(name: "x", definition: $definition) { __typename } }`,
    { definition: { trigger: { events: [] }, filter, steps: [] } },
  )
  expect(JSON.stringify(answer)).toContain('levels within each other')
})

describe('why did it not run?', () => {
  it('has an answer for every published flow', async () => {
    const inDubai = await create([step(place.mapping)], {
      filter: { path: 'event.properties.city', op: 'equals', value: 'Dubai' },
    })
    const other = await create([step(place.mapping)], { events: ['order.completed'] })
    const elsewhere = await made(
      api.ops,
      'mutation { createConnection(connectorId: "webhook", name: "Elsewhere", credentials: {}) { ... on Connection { id } } }',
    )
    const elsewhereFlow = await create([step(place.mapping)], { connectionId: elsewhere.id })
    const paused = await create([step(place.mapping)])
    const unpublished = await create([step(place.mapping)])
    for (const { id } of [inDubai, other, elsewhereFlow, paused]) await publish(id)
    await made(api.marketer, `mutation { pauseFlow(id: "${paused.id}") { ... on Flow { id } } }`)

    await postContact(place.hookUrl, 'why-1', 'why@example.com', { city: 'Madrid' })
    await api.hub.settled()
    const later = await create([step(place.mapping)])
    await publish(later.id)

    const { data } = await api.viewer(`{ events(first: 1) { items { id } } }`)
    const [event] = data.events.items
    const answer = await api.marketer(
      `{ whyNot(eventId: "${event.id}") { flow { id } outcome version run { id } reason { code data } } }`,
    )
    const of = (id: string) =>
      answer.data.whyNot.find((each: { flow: { id: string } }) => each.flow.id === id)
    expect(of(place.flow)).toMatchObject({ outcome: 'entered', run: { id: expect.stringMatching(/^run_/) } })
    expect(of(inDubai.id)).toMatchObject({
      outcome: 'not_matched',
      version: 1,
      reason: {
        code: 'filter_false',
        data: { path: 'event.properties.city', expected: 'Dubai', actual: 'Madrid' },
      },
    })
    expect(of(other.id).reason).toMatchObject({ code: 'other_event', data: { was: 'contact.created' } })
    expect(of(elsewhereFlow.id).reason).toMatchObject({ code: 'other_connection' })
    expect(of(paused.id).reason).toMatchObject({ code: 'flow_paused' })
    expect(of(later.id).reason).toMatchObject({ code: 'published_later' })
    expect(of(unpublished.id)).toBeUndefined()

    const masked = await api.viewer(`{ whyNot(eventId: "${event.id}") { reason { code data } } }`)
    expect(JSON.stringify(masked.data)).not.toContain('Madrid')
  })
})

describe('how busy a flow is', () => {
  it('is told day by day, and a time zone that nobody knows is refused with the name of the field', async () => {
    await postContact(place.hookUrl, 'busy-1', 'busy@example.com')
    await api.hub.settled()
    const ask = (more: string) =>
      api.viewer(`{ flow(id: "${place.flow}") { runs { count } runsPerDay(${more}) { day count } } }`)
    const { flow } = (await ask('days: 2')).data
    expect(flow.runsPerDay).toHaveLength(2)
    expect(flow.runs.count).toBeGreaterThan(0)
    expect(flow.runsPerDay[0].count + flow.runsPerDay[1].count).toBe(flow.runs.count)
    expect(JSON.stringify(await ask('timeZone: "Mars/Olympus"'))).toContain('timeZone: is no time zone')
    expect(JSON.stringify(await ask('days: 400'))).toContain('days: must be between 1 and 31')
  })
})
