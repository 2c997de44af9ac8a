import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { furnishWorkspace, made } from '../graphql/testing/furnish-workspace.ts'
import type { Furnished } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { mappingVersionModel } from './mapping-store.ts'

let api: Api
let place: Furnished

beforeAll(async () => {
  api = await startApi()
  place = await furnishWorkspace(api.hub, api.owner, 'shop', api.receiver.url)
})
afterAll(() => api.close())

const fixed = (value: string) => ({ source: { kind: 'fixed', value }, when: 'always' })
const formula = (expression: string) => ({ source: { kind: 'formula', expression }, when: 'always' })

function preview(fields: unknown, more: Record<string, unknown> = {}) {
  return api.marketer(
    `query ($fields: JSON!, $eventId: ID, $sample: JSON, $actionId: String!) {
      previewMapping(connectorId: "webhook", actionId: $actionId, fields: $fields, eventId: $eventId, sample: $sample) {
        __typename
        ... on MappingPreview { input jsonata fields { field from value problem { code } } problems { field label code message } }
        ... on HubError { code message }
        ... on InputInvalid { problems { path message } }
      }
    }`,
    { fields, actionId: 'httpRequest', ...more },
  )
}

describe('a mapping', () => {
  it('is not overwritten by somebody who looked at an older version', async () => {
    const save = (version: number, url: string) =>
      api.marketer(
        `mutation ($id: ID!, $version: Int!, $fields: JSON!) {
          saveMapping(id: $id, version: $version, fields: $fields) {
            __typename ... on Mapping { version } ... on MappingChangedMeanwhile { version message }
          }
        }`,
        { id: place.mapping, version, fields: { url: fixed(url) } },
      )
    expect((await save(1, 'https://a.example')).data.saveMapping).toEqual({
      __typename: 'Mapping',
      version: 2,
    })
    // Saved once more as it is, it is the same version.
    expect((await save(2, 'https://a.example')).data.saveMapping).toMatchObject({ version: 2 })
    const late = (await save(1, 'https://b.example')).data.saveMapping
    expect(late).toMatchObject({ __typename: 'MappingChangedMeanwhile', version: 2 })
    expect(late.message).toContain('Load it again')

    const { data } = await api.viewer(
      `{ mapping(id: "${place.mapping}") { version fields versions { version } } }`,
    )
    expect(data.mapping).toMatchObject({
      version: 2,
      fields: { url: fixed('https://a.example') },
      versions: [{ version: 2 }, { version: 1 }],
    })
  })

  it('keeps a draft that nothing is made by, from which nobody takes what another one did', async () => {
    const id = await made(
      api.marketer,
      `mutation { createMapping(name: "kept", connectorId: "webhook", actionId: "httpRequest", fields: {}) {
        ... on Mapping { id } ... on HubError { code message } } }`,
    ).then((mapping) => mapping.id)
    const picture = `__typename ... on HubError { code }
      ... on Mapping { version draftRevision fields draft { version fields savedByName } }`
    const change = (field: 'saveMapping' | 'saveMappingDraft', more: Record<string, unknown>) =>
      api
        .marketer(
          `mutation ($id: ID!, $version: Int!, $revision: Int!, $fields: JSON!) { answer: ${field}(
            id: $id, version: $version, fields: $fields,
            ${field === 'saveMapping' ? 'draftRevision' : 'revision'}: $revision
          ) { ${picture} } }`,
          { id, version: 1, ...more },
        )
        .then(({ data }) => data.answer)

    const half = { url: formula('$sum(') }
    expect(await change('saveMappingDraft', { revision: 0, fields: half })).toMatchObject({
      version: 1,
      fields: {},
      draftRevision: 1,
      draft: { version: 1, fields: half, savedByName: 'marketer' },
    })
    expect(await change('saveMappingDraft', { revision: 0, fields: {} })).toEqual({
      __typename: 'MappingDraftChangedMeanwhile',
      code: 'mapping_draft_changed_meanwhile',
    })
    expect(await change('saveMappingDraft', { version: 2, revision: 1, fields: {} })).toMatchObject({
      code: 'input_invalid',
    })
    const live = await api.hub.deps.mappings.byId(id)
    expect(live).toMatchObject({ version: 1, compiled: { instant: true } })

    // Saved from a screen that had not heard of the latest draft, which stays.
    const url = { url: fixed('https://a.example') }
    expect(await change('saveMapping', { revision: 0, fields: url })).toMatchObject({
      version: 2,
      fields: url,
      draft: { version: 1, fields: half },
    })
    expect(await change('saveMapping', { version: 2, revision: 1, fields: url })).toMatchObject({
      version: 2,
      draftRevision: 2,
      draft: null,
    })
    // What differs in nothing from what is in use is no draft.
    expect(await change('saveMappingDraft', { version: 2, revision: 2, fields: half })).toMatchObject({
      draft: { fields: half },
    })
    expect(await change('saveMappingDraft', { version: 2, revision: 3, fields: url })).toMatchObject({
      draftRevision: 4,
      draft: null,
    })
  })

  it('with a formula that cannot be read is refused, pointing at the field', async () => {
    const { data } = await api.marketer(
      `mutation ($fields: JSON!) {
        createMapping(name: "x", connectorId: "webhook", actionId: "httpRequest", fields: $fields) {
          ... on InputInvalid { problems { path } }
        }
      }`,
      { fields: { url: formula('$sum(') } },
    )
    expect(data.createMapping.problems).toEqual([{ path: 'fields.url.source.expression' }])
  })

  it('for a field that the action does not have is refused, with the names of those it has', async () => {
    const { data } = await api.marketer(
      `mutation ($fields: JSON!) {
        createMapping(name: "x", connectorId: "hubspot", actionId: "upsertContact", fields: $fields) {
          ... on InputInvalid { problems { path message } }
        }
      }`,
      { fields: { email: fixed('ada@example.com'), firstName: fixed('Ada') } },
    )
    const [problem, ...others] = data.createMapping.problems
    expect(others).toEqual([])
    expect(problem.path).toBe('fields.firstName')
    expect(problem.message).toMatch(/^is no field of the action; it has email, firstname,/)
  })

  it('keeps a row for a field that the action has lost since, until somebody removes it', async () => {
    const [workspace] = await api.hub.deps.workspaces.all()
    const stores = api.hub.deps.storesOf(workspace!.id)
    const id = await made(
      api.marketer,
      `mutation { createMapping(name: "old", connectorId: "hubspot", actionId: "upsertContact", fields: {}) {
        ... on Mapping { id } ... on HubError { code message } } }`,
    ).then((mapping) => mapping.id)
    const before = await stores.mappings.find(id)
    const lost = { source: { kind: 'fixed', value: 'x' }, when: 'always' } as const
    await stores.mappings.save({ ...before!, fields: { fax: lost }, version: 2 }, 'a former release')
    const save = (version: number, fields: unknown) =>
      api.marketer(
        `mutation ($id: ID!, $version: Int!, $fields: JSON!) {
          saveMapping(id: $id, version: $version, fields: $fields) { __typename ... on Mapping { version } }
        }`,
        { id, version, fields },
      )
    const email = fixed('ada@example.com')
    expect((await save(2, { fax: lost, email })).data.saveMapping).toMatchObject({ version: 3 })
    expect((await save(3, { email })).data.saveMapping).toMatchObject({ version: 4 })
    expect((await save(4, { fax: lost, email })).data.saveMapping).toEqual({ __typename: 'InputInvalid' })
  })

  it('is what was saved last, also after somebody whose saving stopped half-way', async () => {
    const [workspace] = await api.hub.deps.workspaces.all()
    const { mappings } = api.hub.deps.storesOf(workspace!.id)
    const { id } = await made(
      api.marketer,
      `mutation { createMapping(name: "saved", connectorId: "hubspot", actionId: "upsertContact", fields: {}) {
        ... on Mapping { id } ... on HubError { code message } } }`,
    )
    const before = (await mappings.find(id))!
    const email = (value: string) => ({ email: fixed(value) })
    await mappingVersionModel(api.hub.deps.database.connection).create({
      _id: `${id}:2`,
      workspaceId: workspace!.id,
      mappingId: id,
      version: 2,
      fields: JSON.stringify(email('stopped@example.com')),
      savedAt: before.updatedAt,
      savedBy: 'usr_stopped',
    })
    const saved = await made(
      api.marketer,
      `mutation ($id: ID!, $fields: JSON!) {
        saveMapping(id: $id, version: 1, fields: $fields) { ... on Mapping { version fields } }
      }`,
      { id, fields: email('last@example.com') },
    )
    expect(saved).toEqual({ version: 3, fields: email('last@example.com') })
    expect((await mappings.version(id, 3))?.fields).toEqual(email('last@example.com'))
    expect((await mappings.versions(id)).map(({ version }) => version)).toEqual([3, 1])

    // The first one was only slow, and goes on.
    const slow = {
      ...before,
      fields: { email: { source: { kind: 'fixed', value: 'x' }, when: 'always' } },
    } as const
    expect(await mappings.save({ ...slow, version: 2 }, 'usr_stopped')).toBeUndefined()
    expect((await mappings.find(id))?.fields).toEqual(email('last@example.com'))
    expect((await mappings.versions(id)).map(({ version }) => version)).toEqual([3, 1])
  })

  it('has nothing among its earlier versions that was never used, although two people saved at the same moment', async () => {
    const { id } = await made(
      api.marketer,
      `mutation { createMapping(name: "raced", connectorId: "hubspot", actionId: "upsertContact", fields: {}) {
        ... on Mapping { id } ... on HubError { code message } } }`,
    )
    const save = (as: typeof api.marketer, value: string) =>
      as(
        `mutation ($id: ID!, $fields: JSON!) { saveMapping(id: $id, version: 1, fields: $fields) { __typename } }`,
        { id, fields: { email: fixed(value) } },
      )
    await Promise.all([save(api.marketer, 'one@example.com'), save(api.owner, 'two@example.com')])
    const { fields, versions } = await made(
      api.marketer,
      `{ mapping(id: "${id}") { fields versions { fields } } }`,
    )
    expect(versions).toEqual([{ fields }, { fields: {} }])
  })

  it('is not deleted while a flow uses it', async () => {
    const { data } = await api.marketer(
      `mutation { deleteMapping(id: "${place.mapping}") { ... on MappingInUse { flows { name } } } }`,
    )
    expect(data.deleteMapping).toEqual({ flows: [{ name: 'shop flow' }] })
  })

  it('says what it lacks, in the words of the form', async () => {
    const mapping = await made(
      api.marketer,
      `mutation { createMapping(name: "empty", connectorId: "hubspot", actionId: "upsertContact", fields: {}) {
        ... on Mapping { id gaps { field label } } ... on HubError { code message } } }`,
    )
    expect(mapping.gaps).toEqual([{ field: 'email', label: 'Email' }])
  })

  it('can begin as a preset', async () => {
    const { data } = await api.viewer('{ presets(from: "stripe", to: "hubspot") { id name actionId } }')
    const [preset] = data.presets
    const mapping = await made(
      api.marketer,
      `mutation { createMappingFromPreset(presetId: "${preset.id}") { ... on Mapping { id name connectorId gaps { field } } } }`,
    )
    expect(mapping).toMatchObject({ name: preset.name, connectorId: 'hubspot', gaps: [] })
  })

  it('is guessed from names and from what an event carries', async () => {
    const { data } = await api.marketer(
      '{ suggestMapping(connectorId: "hubspot", actionId: "upsertContact") }',
    )
    expect(data.suggestMapping.email).toEqual({
      source: { kind: 'field', path: 'contact.email' },
      when: 'always',
    })
  })
})

describe('a preview', () => {
  it('shows for a real event what each field would get and what would be sent', async () => {
    const { data } = await preview(
      {
        url: fixed('https://x.example'),
        'json.who': { source: { kind: 'field', path: 'contact.email' }, when: 'always' },
      },
      { eventId: place.event },
    )
    expect(data.previewMapping).toMatchObject({
      input: { url: 'https://x.example', json: { who: 'shop@example.com' } },
      problems: [],
      fields: [
        { field: 'url', value: 'https://x.example' },
        { field: 'json.who', from: 'contact.email', value: 'shop@example.com' },
      ],
    })
    expect(data.previewMapping.jsonata).toContain('"json.who": contact.email')
  })

  it('reads what the vendor posted where a row asks for it', async () => {
    const { data } = await preview(
      { url: fixed('/'), text: formula('event.raw.type') },
      { eventId: place.event },
    )
    expect(data.previewMapping.input.text).toBe('contact.created')
  })

  it('takes a sample instead, of which most can be left out', async () => {
    const { data } = await preview(
      { url: fixed('/'), text: { source: { kind: 'field', path: 'event.properties.plan' }, when: 'always' } },
      { sample: { event: { properties: { plan: 'pro' } } } },
    )
    expect(data.previewMapping.input).toMatchObject({ text: 'pro' })
  })

  it('points at the field whose formula fails, and shows the others all the same', async () => {
    const { data } = await preview({ url: fixed('/'), text: formula('$money("x", "EUR")') })
    expect(data.previewMapping.input).toBeNull()
    expect(data.previewMapping.problems).toEqual([
      expect.objectContaining({ field: 'text', label: 'Body as text', code: 'formula_failed' }),
    ])
    expect(data.previewMapping.fields[0]).toMatchObject({ field: 'url', value: '/' })
  })

  it('says what is wrong with an action, an event or rows that do not exist', async () => {
    expect((await preview({}, { actionId: 'fly' })).data.previewMapping.code).toBe('action_unknown')
    expect((await preview({}, { eventId: 'evt_nowhere' })).data.previewMapping.code).toBe('event_not_found')
    const { data } = await preview({ url: { source: { kind: 'field', path: 'nowhere.x' }, when: 'always' } })
    expect(data.previewMapping.problems[0].path).toBe('fields.url.source.path')
  })

  it('reads a formula without running it', async () => {
    const { data } = await api.marketer(
      '{ good: checkFormula(formula: "1 + 1") { ok } bad: checkFormula(formula: "1 +") { ok code } }',
    )
    expect(data).toEqual({ good: { ok: true }, bad: { ok: false, code: 'formula_syntax' } })
  })
})
