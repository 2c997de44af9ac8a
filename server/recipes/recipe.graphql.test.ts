import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { made } from '../graphql/testing/furnish-workspace.ts'
import { startApi } from '../graphql/testing/start-api.ts'
import type { Api } from '../graphql/testing/start-api.ts'
import { wireUp } from '../testing/wire.ts'
import { createFlowFromRecipe } from './create-flow-from-recipe.ts'

let api: Api
let workspaceId: string
const connections: Record<string, string> = {}

beforeAll(async () => {
  api = await startApi()
  workspaceId = (await api.hub.deps.workspaces.all())[0]!.id
  const wire = wireUp(api.hub.deps, workspaceId)
  for (const connectorId of ['webhook', 'stripe', 'hubspot', 'google-sheets', 'activecampaign'])
    connections[connectorId] = (await wire.connection(connectorId, {})).id
})
afterAll(() => api.close())

const take = `mutation ($recipeId: ID!, $name: String, $source: ID!, $steps: [ID!]!) {
  createFlowFromRecipe(recipeId: $recipeId, name: $name, sourceConnectionId: $source, stepConnectionIds: $steps) {
    __typename
    ... on Flow {
      id name gaps { code subject }
      draft { trigger { connectionId events } filter entry steps { connectionId actionId mapping { name connectorId actionId } } }
    }
    ... on HubError { code }
    ... on InputInvalid { problems { path message } }
  }
}`

const idOf = (connectorId: string): string => connections[connectorId] ?? ''

async function countOf(): Promise<unknown> {
  const { data } = await api.viewer('{ flows { count } mappings { count } }')
  return data
}

describe('a recipe', () => {
  it('becomes a flow with a mapping of its own for each step, ready to be turned on', async () => {
    const flow = await made(api.marketer, take, {
      recipeId: 'lead-to-crm-and-sheet',
      name: 'Leads',
      source: idOf('webhook'),
      steps: [idOf('hubspot'), idOf('google-sheets')],
    })
    expect(flow).toMatchObject({
      name: 'Leads',
      gaps: [],
      draft: {
        trigger: { connectionId: idOf('webhook'), events: ['form.submitted'] },
        steps: [
          {
            connectionId: idOf('hubspot'),
            actionId: 'upsertContact',
            mapping: {
              name: 'Leads: Add or update a contact',
              connectorId: 'hubspot',
              actionId: 'upsertContact',
            },
          },
          {
            connectionId: idOf('google-sheets'),
            actionId: 'upsertRow',
            mapping: { connectorId: 'google-sheets', actionId: 'upsertRow' },
          },
        ],
      },
    })
    const { data } = await api.marketer(
      `mutation { publishFlow(id: "${flow.id}") { ... on Flow { publishedVersion } ... on HubError { message } } }`,
    )
    expect(data.publishFlow).toEqual({ publishedVersion: 1 })
  })

  it('names what only a person knows, instead of guessing it', async () => {
    const flow = await made(api.marketer, take, {
      recipeId: 'abandoned-cart-to-reminder',
      source: idOf('webhook'),
      steps: [idOf('activecampaign'), idOf('activecampaign')],
    })
    expect(flow).toMatchObject({
      name: 'Abandoned cart → reminder',
      gaps: [{ code: 'field_unmapped', subject: 'automationId' }],
    })
  })

  it('brings its condition and how often it happens', async () => {
    const { data } = await api.viewer(
      '{ recipe(id: "warm-lead-to-call") { filter entry steps { id asks } } }',
    )
    expect(data.recipe).toEqual({
      filter: { path: 'event.properties.value', op: 'at_least', value: 50 },
      entry: 'once_per_contact',
      steps: [
        { id: 'mautic--hubspot/contact-to-contact', asks: [] },
        { id: 'mautic--hubspot/points-to-task', asks: [] },
      ],
    })
  })

  it('with a connection of another tool is refused, and makes nothing', async () => {
    const before = await countOf()
    const { data } = await api.marketer(take, {
      recipeId: 'lead-to-crm-and-sheet',
      source: idOf('stripe'),
      steps: [idOf('hubspot'), 'con_of_nobody'],
    })
    expect(data.createFlowFromRecipe).toMatchObject({
      code: 'input_invalid',
      problems: [
        { path: 'sourceConnectionId', message: 'choose a connection of Webhook' },
        { path: 'stepConnectionIds.1', message: 'choose a connection of Google Sheets' },
      ],
    })
    const short = await api.marketer(take, {
      recipeId: 'lead-to-crm-and-sheet',
      source: idOf('webhook'),
      steps: [idOf('hubspot')],
    })
    expect(short.data.createFlowFromRecipe.problems).toMatchObject([{ path: 'stepConnectionIds' }])
    expect(await countOf()).toEqual(before)
  })

  it('leaves nothing behind when the flow cannot be written', async () => {
    const before = await countOf()
    const { hub } = api
    const stores = hub.deps.storesOf(workspaceId)
    const flows = { ...stores.flows, add: () => Promise.reject(new Error('the disk is full')) }
    const chosen = {
      recipeId: 'lead-to-crm-and-sheet',
      sourceConnectionId: idOf('webhook'),
      stepConnectionIds: [idOf('hubspot'), idOf('google-sheets')],
    }
    await expect(
      createFlowFromRecipe({ ...hub.deps, ...stores, flows, workspaceId }, chosen, 'test'),
    ).rejects.toThrow('the disk is full')
    expect(await countOf()).toEqual(before)
  })

  it('that does not exist is refused in words', async () => {
    const { data } = await api.marketer(take, { recipeId: 'none', source: idOf('webhook'), steps: [] })
    expect(data.createFlowFromRecipe).toEqual({ __typename: 'RecipeUnknown', code: 'recipe_unknown' })
  })
})
