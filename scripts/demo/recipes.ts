import { z } from 'zod'
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

interface Step {
  tool: ToolName
  action: string
  name?: string
  mapping: string
}

interface Recipe {
  name: string
  from: ToolName
  events: string[]
  filter?: unknown
  entry?: 'every_event' | 'once_per_contact'
  steps: Step[]
}

/** The column that the sheet calls “Phone” and the mapping does not. */
export const MISTAKEN_COLUMN = 'values.Telephone'

/** Makes six recipes and turns them on, one that is paused, and one that is not finished. */
export async function writeRecipes(marketer: Colleague, tools: Tools): Promise<Recipes> {
  const preset = (id: string) => fromPreset(marketer, id)
  const leadRow = await mapping(marketer, {
    connectorId: 'google-sheets',
    actionId: 'upsertRow',
    name: 'Lead to row',
    fields: leadRowFields(MISTAKEN_COLUMN),
  })

  const live: Recipe[] = [
    {
      name: 'New lead → CRM and sheet',
      from: 'website',
      events: ['form.submitted'],
      // Single teachers get an answer by mail and no call.
      filter: { path: 'event.properties.fields.teachers', op: 'at_least', value: 2 },
      steps: [
        {
          tool: 'hubspot',
          action: 'upsertContact',
          mapping: await preset('webhook--hubspot/lead-to-contact'),
        },
        { tool: 'sheets', action: 'upsertRow', mapping: leadRow.id },
      ],
    },
    {
      name: 'Sale → CRM, welcome call and thank-you',
      from: 'stripe',
      events: ['order.completed'],
      // A renewal is no news.
      filter: { path: 'event.properties.billing_reason', op: 'not_equals', value: 'subscription_cycle' },
      steps: [
        {
          tool: 'hubspot',
          action: 'upsertContact',
          mapping: await preset('stripe--hubspot/buyer-to-contact'),
        },
        { tool: 'hubspot', action: 'createDeal', mapping: await preset('stripe--hubspot/sale-to-deal') },
        {
          tool: 'calendar',
          action: 'createEvent',
          mapping: await preset('stripe--google-calendar/sale-to-welcome-call'),
        },
        { tool: 'mail', action: 'sendEmail', mapping: await preset('stripe--smtp/thank-you-mail') },
      ],
    },
    {
      name: 'Abandoned cart → reminder',
      from: 'website',
      events: ['cart.abandoned'],
      filter: { path: 'event.properties.total', op: 'at_least', value: 50 },
      steps: [
        {
          tool: 'activecampaign',
          action: 'syncContact',
          mapping: await preset('webhook--activecampaign/lead-to-contact'),
        },
        {
          tool: 'activecampaign',
          action: 'addToAutomation',
          mapping: await preset('webhook--activecampaign/abandoned-cart-to-automation'),
        },
      ],
    },
    {
      name: 'Payment failed → task and team chat',
      from: 'stripe',
      events: ['payment.failed'],
      steps: [
        {
          tool: 'hubspot',
          action: 'upsertContact',
          mapping: await preset('stripe--hubspot/buyer-to-contact'),
        },
        {
          tool: 'hubspot',
          action: 'createTask',
          mapping: await preset('stripe--hubspot/failed-payment-to-task'),
        },
        {
          tool: 'chat',
          action: 'httpRequestOnce',
          mapping: (await mapping(marketer, chatMessage)).id,
        },
      ],
    },
    {
      name: 'Newsletter → Mautic',
      from: 'activecampaign',
      events: ['list.subscribed'],
      entry: 'once_per_contact',
      steps: [
        {
          tool: 'mautic',
          action: 'upsertContact',
          mapping: await preset('activecampaign--mautic/contact-to-contact'),
        },
      ],
    },
    {
      name: 'Subscription ended → win back',
      from: 'stripe',
      events: ['subscription.cancelled'],
      steps: [
        { tool: 'mautic', action: 'upsertContact', mapping: (await mapping(marketer, formerContact)).id },
        { tool: 'mautic', action: 'changeTags', mapping: (await mapping(marketer, formerTags)).id },
      ],
    },
  ]
  const flows: Record<string, string> = {}
  for (const recipe of live) flows[recipe.name] = await publish(marketer, await flow(marketer, tools, recipe))

  const meetings: Recipe = {
    name: 'Demo booked → note in the CRM',
    from: 'calendar',
    events: ['meeting.booked'],
    steps: [
      {
        tool: 'hubspot',
        action: 'upsertContact',
        mapping: await preset('google-calendar--hubspot/guest-to-contact'),
      },
      {
        tool: 'hubspot',
        action: 'addNote',
        mapping: await preset('google-calendar--hubspot/meeting-to-note'),
      },
    ],
  }
  flows[meetings.name] = await publish(marketer, await flow(marketer, tools, meetings))
  const webinar: Recipe = {
    name: 'Webinar guests → CRM',
    from: 'sheets',
    events: ['sheet.row_added'],
    steps: [
      {
        tool: 'hubspot',
        action: 'upsertContact',
        mapping: await preset('google-sheets--hubspot/row-to-contact'),
      },
    ],
  }
  flows[webinar.name] = await flow(marketer, tools, webinar)
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

interface NewMapping {
  connectorId: string
  actionId: string
  name: string
  fields: MappingFields
}

const chatMessage: NewMapping = {
  connectorId: 'webhook',
  actionId: 'httpRequestOnce',
  name: 'Failed payment to chat',
  fields: {
    method: { source: { kind: 'fixed', value: 'POST' }, when: 'always' },
    url: { source: { kind: 'fixed', value: '/rooms/billing' }, when: 'always' },
    json: {
      source: {
        kind: 'formula',
        expression:
          '{ "text": "A payment of " & $money($fromMinor(event.properties.amount_minor, event.properties.currency), event.properties.currency) & " by " & $default(contact.full_name, event.contact.email) & " failed: " & event.properties.message }',
      },
      when: 'always',
    },
  },
}

const formerContact: NewMapping = {
  connectorId: 'mautic',
  actionId: 'upsertContact',
  name: 'Former subscriber to contact',
  fields: {
    email: { source: { kind: 'field', path: 'contact.email' }, when: 'always' },
    firstname: {
      source: { kind: 'formula', expression: '$default(contact.first_name, $firstName(contact.full_name))' },
      when: 'never_blank',
    },
    lastname: {
      source: { kind: 'formula', expression: '$default(contact.last_name, $lastName(contact.full_name))' },
      when: 'never_blank',
    },
  },
}

const formerTags: NewMapping = {
  connectorId: 'mautic',
  actionId: 'changeTags',
  name: 'Former subscriber to tags',
  fields: {
    email: { source: { kind: 'field', path: 'contact.email' }, when: 'always' },
    add: {
      source: { kind: 'formula', expression: '["former-subscriber", event.properties.feedback]' },
      when: 'always',
    },
    remove: { source: { kind: 'formula', expression: '["subscriber"]' }, when: 'always' },
  },
}

const made = z.looseObject({ id: z.string() })
const madeMapping = z.looseObject({ id: z.string(), version: z.number() })

async function fromPreset(marketer: Colleague, presetId: string): Promise<string> {
  const mutation = `mutation ($presetId: ID!) {
    createMappingFromPreset(presetId: $presetId) { ... on Mapping { id } ... on HubError { code message } }
  }`
  return made.parse(await marketer.change(mutation, { presetId })).id
}

async function mapping(marketer: Colleague, given: NewMapping): Promise<{ id: string; version: number }> {
  const mutation = `mutation ($connectorId: String!, $actionId: String!, $name: String!, $fields: JSON!) {
    createMapping(connectorId: $connectorId, actionId: $actionId, name: $name, fields: $fields) {
      ... on Mapping { id version } ... on HubError { code message }
    }
  }`
  return madeMapping.parse(await marketer.change(mutation, { ...given }))
}

async function flow(marketer: Colleague, tools: Tools, recipe: Recipe): Promise<string> {
  const { name, from, events, filter, entry = 'every_event', steps } = recipe
  const definition = {
    trigger: { connectionId: tools[from].id, events },
    ...(filter === undefined ? {} : { filter }),
    entry,
    steps: steps.map(({ tool, action, mapping: mappingId }) => ({
      connectionId: tools[tool].id,
      actionId: action,
      mappingId,
    })),
  }
  const mutation = `mutation ($name: String!, $definition: FlowDefinitionInput!) {
    createFlow(name: $name, definition: $definition) { ... on Flow { id } ... on HubError { code message } }
  }`
  return made.parse(await marketer.change(mutation, { name, definition })).id
}

async function publish(marketer: Colleague, id: string): Promise<string> {
  const mutation = `mutation ($id: ID!) {
    publishFlow(id: $id) { ... on Flow { id } ... on HubError { code message } }
  }`
  await marketer.change(mutation, { id })
  return id
}
