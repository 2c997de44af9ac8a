import { z } from 'zod'
import { mappingFieldsSchema } from '../../mappings/mapping.ts'
import type { MappingFields } from '../../mappings/mapping.ts'
import type { Colleague } from './colleague.ts'
import type { ToolName, Tools } from './tools.ts'

/** The parts of the demo’s recipes that somebody changes or looks at later. */
export interface Recipes {
  /** By name. */
  flows: Record<string, string>
  /** The row of a lead, whose mapping has a mistake in the beginning. */
  leadRow: { id: string; version: number }
}

interface Recipe {
  /** What the company calls its flow. */
  name: string
  recipeId: string
  from: ToolName
  /** Where each step goes. */
  to: ToolName[]
  filter?: unknown
  /** What is filled in by hand, or made otherwise, in the mapping of the step at this place. */
  edits?: Record<number, (fields: MappingFields) => MappingFields>
}

/** The column that the sheet calls “Phone” and the mapping does not. */
const MISTAKEN_COLUMN = 'values.Telephone'

const live: readonly Recipe[] = [
  {
    name: 'New lead → CRM and sheet',
    recipeId: 'lead-to-crm-and-sheet',
    from: 'website',
    to: ['hubspot', 'sheets'],
    // Single teachers get an answer by mail and no call.
    filter: { path: 'event.properties.fields.teachers', op: 'at_least', value: 2 },
    edits: { 1: () => leadRowFields(MISTAKEN_COLUMN) },
  },
  {
    name: 'Sale → CRM, welcome call and thank-you',
    recipeId: 'sale-to-crm-call-and-thanks',
    from: 'stripe',
    to: ['hubspot', 'hubspot', 'calendar', 'mail'],
  },
  {
    name: 'Abandoned cart → reminder',
    recipeId: 'abandoned-cart-to-reminder',
    from: 'website',
    to: ['activecampaign', 'activecampaign'],
    filter: { path: 'event.properties.total', op: 'at_least', value: 50 },
    edits: { 1: (fields) => ({ ...fields, automationId: always('1') }) },
  },
  {
    name: 'Payment failed → task and team chat',
    recipeId: 'failed-payment-to-task-and-chat',
    from: 'stripe',
    to: ['hubspot', 'hubspot', 'chat'],
    edits: { 2: (fields) => ({ ...fields, url: always('/rooms/billing') }) },
  },
  {
    name: 'Newsletter → Mautic',
    recipeId: 'newsletter-to-mautic',
    from: 'activecampaign',
    to: ['mautic'],
  },
  {
    name: 'Subscription ended → win back',
    recipeId: 'ended-subscription-to-win-back',
    from: 'stripe',
    to: ['mautic', 'mautic'],
  },
  {
    name: 'Demo booked → note in the CRM',
    recipeId: 'google-calendar--hubspot/meeting-to-note',
    from: 'calendar',
    to: ['hubspot', 'hubspot'],
  },
]

const unfinished: Recipe = {
  name: 'Webinar guests → CRM',
  recipeId: 'google-sheets--hubspot/row-to-contact',
  from: 'sheets',
  to: ['hubspot'],
}

/** Makes flows of recipes and turns them on, but for one that is not finished. */
export async function writeRecipes(marketer: Colleague, tools: Tools): Promise<Recipes> {
  const flows: Record<string, string> = {}
  const mappings: Record<string, Saved[]> = {}
  for (const recipe of live) {
    const { id, saved } = await take(marketer, tools, recipe)
    await publish(marketer, id)
    flows[recipe.name] = id
    mappings[recipe.name] = saved
  }
  flows[unfinished.name] = (await take(marketer, tools, unfinished)).id
  const [leadRow] = mappings['New lead → CRM and sheet'] ?? []
  if (!leadRow) throw new Error('The row of a lead has no mapping.')
  return { flows, leadRow }
}

/** The row of a lead; the telephone stands in the column that is given. */
export function leadRowFields(phoneColumn: string): MappingFields {
  return {
    keyColumn: { source: { kind: 'fixed', value: 'Email' }, when: 'always' },
    key: { source: { kind: 'field', path: 'event.contact.email' }, when: 'always' },
    'values.Name': { source: { kind: 'field', path: 'contact.full_name' }, when: 'never_blank' },
    [phoneColumn]: { source: { kind: 'field', path: 'contact.phone' }, when: 'never_blank' },
    'values.Source': {
      source: {
        kind: 'text',
        parts: [
          { path: 'event.properties.form_name' },
          ', from ',
          { path: 'event.context.campaign.source', fallback: 'nowhere in particular' },
        ],
      },
      when: 'never_blank',
    },
  }
}

function always(value: string): MappingFields[string] {
  return { source: { kind: 'fixed', value }, when: 'always' }
}

type Saved = z.output<typeof savedMapping>
const savedMapping = z.object({ id: z.string(), version: z.number() })

const madeFlow = z.object({
  id: z.string(),
  draft: z.object({
    trigger: z.object({ connectionId: z.string(), events: z.array(z.string()) }),
    entry: z.string(),
    steps: z.array(
      z.object({
        id: z.string(),
        connectionId: z.string(),
        actionId: z.string(),
        mappingId: z.string(),
        mapping: savedMapping.extend({ fields: mappingFieldsSchema }),
      }),
    ),
  }),
})

/** The flow as a draft, and the mappings that somebody has edited. */
async function take(
  marketer: Colleague,
  tools: Tools,
  { name, recipeId, from, to, filter, edits = {} }: Recipe,
): Promise<{ id: string; saved: Saved[] }> {
  const mutation = `mutation ($recipeId: ID!, $name: String, $source: ID!, $steps: [ID!]!) {
    createFlowFromRecipe(recipeId: $recipeId, name: $name, sourceConnectionId: $source, stepConnectionIds: $steps) {
      ... on Flow {
        id
        draft {
          trigger { connectionId events }
          entry
          steps { id connectionId actionId mappingId mapping { id version fields } }
        }
      }
      ... on HubError { code message }
    }
  }`
  const chosen = { source: tools[from].id, steps: to.map((tool) => tools[tool].id) }
  const { id, draft } = madeFlow.parse(await marketer.change(mutation, { recipeId, name, ...chosen }))
  const saved: Saved[] = []
  for (const [at, { mapping }] of draft.steps.entries()) {
    const edit = edits[at]
    if (edit) saved.push(await save(marketer, { ...mapping, fields: edit(mapping.fields) }))
  }
  if (filter !== undefined) {
    const steps = draft.steps.map(({ mapping: _, ...step }) => step)
    await change(marketer, id, { ...draft, steps, filter })
  }
  return { id, saved }
}

async function save(marketer: Colleague, mapping: Saved & { fields: MappingFields }): Promise<Saved> {
  const mutation = `mutation ($id: ID!, $version: Int!, $fields: JSON!) {
    saveMapping(id: $id, version: $version, fields: $fields) {
      ... on Mapping { id version } ... on HubError { code message }
    }
  }`
  return savedMapping.parse(await marketer.change(mutation, { ...mapping }))
}

async function change(marketer: Colleague, id: string, definition: unknown): Promise<void> {
  const mutation = `mutation ($id: ID!, $definition: FlowDefinitionInput!) {
    updateFlowDraft(id: $id, definition: $definition) { ... on Flow { id } ... on HubError { code message } }
  }`
  await marketer.change(mutation, { id, definition })
}

async function publish(marketer: Colleague, id: string): Promise<void> {
  const mutation = `mutation ($id: ID!) {
    publishFlow(id: $id) { ... on Flow { id } ... on HubError { code message } }
  }`
  await marketer.change(mutation, { id })
}
