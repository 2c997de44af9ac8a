import { defineConnector, defineTrigger } from '#sdk'
import { addNote } from './actions/add-note.ts'
import { createDeal } from './actions/create-deal.ts'
import { createTask } from './actions/create-task.ts'
import { addToList, removeFromList } from './actions/list-membership.ts'
import { moveDeal } from './actions/move-deal.ts'
import { submitForm } from './actions/submit-form.ts'
import { unsubscribe } from './actions/unsubscribe.ts'
import { upsertContact } from './actions/upsert-contact.ts'
import { auth } from './auth.ts'
import { completeEvent } from './complete-event.ts'
import { explain } from './explain.ts'
import { inbounds } from './inbound/inbounds.ts'

const triggers = {
  contactCreated: defineTrigger({
    name: 'New contact',
    description: 'A contact was made in HubSpot, by whatever means.',
    events: ['contact.created'],
  }),
  contactUpdated: defineTrigger({
    name: 'Contact changed',
    description: 'A property you subscribed to changed.',
    events: ['contact.updated'],
  }),
  contactMoved: defineTrigger({
    name: 'Contact moved on',
    description: 'The lifecycle stage or the owner of a contact changed.',
    events: ['contact.lifecycle_changed', 'contact.owner_changed'],
  }),
  contactDeleted: defineTrigger({
    name: 'Contact deleted or merged',
    description: 'A contact was deleted, also on a person’s own wish, or became one with another.',
    events: ['contact.deleted', 'contact.merged'],
  }),
  dealCreated: defineTrigger({
    name: 'New deal',
    description: 'A deal was made in HubSpot.',
    events: ['deal.created'],
  }),
  dealStageChanged: defineTrigger({
    name: 'Deal moved to another stage',
    description: 'The stage of a deal changed.',
    events: ['deal.stage_changed'],
  }),
  dealClosed: defineTrigger({
    name: 'Deal won or lost',
    description: 'A deal reached the last stage of the pipeline that HubSpot begins with.',
    events: ['deal.won', 'deal.lost'],
  }),
  dealChanged: defineTrigger({
    name: 'Deal changed or deleted',
    description: 'Another property of a deal changed, or it was deleted.',
    events: ['deal.updated', 'deal.deleted'],
  }),
  company: defineTrigger({
    name: 'Company created or changed',
    description: 'A company is new, or a property you subscribed to changed.',
    events: ['company.created', 'company.updated'],
  }),
  conversation: defineTrigger({
    name: 'Conversation',
    description: 'A conversation began, or somebody wrote in one.',
    events: ['chat.started', 'chat.message_received'],
  }),
  workflow: defineTrigger({
    name: 'Workflow webhook, or anything else',
    description:
      'A workflow reached its “Send a webhook”, or HubSpot told something without a word of its own here.',
    events: ['custom.event'],
  }),
}

export default defineConnector({
  id: 'hubspot',
  name: 'HubSpot',
  description: 'Contacts, deals, lists, notes, tasks and forms in HubSpot.',
  version: 1,
  auth,
  inbound: inbounds,
  triggers,
  actions: {
    upsertContact,
    createDeal,
    moveDeal,
    addToList,
    removeFromList,
    addNote,
    createTask,
    unsubscribe,
    submitForm,
  },
  enrich: completeEvent,
  explain,
  // A private app may make 100 requests in ten seconds on the smallest plans and 190 on larger ones, for which a
  // connection may set a limit of its own. HubSpot's ten seconds begin at any moment and not when the hub's do, so that
  // all of it would now and then be too much (https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines,
  // November 2026).
  limits: { rate: { requests: 90, perMs: 10_000 } },
})
