import { defineConnector, defineTrigger } from '#sdk'
import { addNote } from './actions/add-note.ts'
import { addToAutomation, removeFromAutomation } from './actions/automation.ts'
import { createDeal } from './actions/create-deal.ts'
import { createTask } from './actions/create-task.ts'
import { subscribeToList, unsubscribeFromList } from './actions/list-membership.ts'
import { syncContact } from './actions/sync-contact.ts'
import { addTag, removeTag } from './actions/tags.ts'
import { updateDeal } from './actions/update-deal.ts'
import { addressOf, auth } from './auth.ts'
import { explain } from './explain.ts'
import { inbounds } from './inbound/inbounds.ts'
import { pollContacts } from './poll-contacts.ts'
import { registration } from './registration.ts'

const triggers = {
  contactCreated: defineTrigger({
    name: 'New contact',
    description: 'A contact came into ActiveCampaign, by whatever means. Found within five minutes.',
    events: ['contact.created'],
  }),
  contactUpdated: defineTrigger({
    name: 'Contact changed',
    description:
      'Data of a contact changed. ActiveCampaign says that something changed, and not always what.',
    events: ['contact.updated'],
  }),
  tagged: defineTrigger({
    name: 'Tag added or removed',
    description: 'A contact got a tag, or lost one.',
    events: ['contact.tag_added', 'contact.tag_removed'],
  }),
  subscribed: defineTrigger({
    name: 'Subscribed to a list',
    description: 'A contact is now on a list.',
    events: ['list.subscribed'],
  }),
  unsubscribed: defineTrigger({
    name: 'Unsubscribed',
    description: 'A contact left a list, or stopped text messages.',
    events: ['list.unsubscribed'],
  }),
  campaignRead: defineTrigger({
    name: 'Campaign opened or clicked',
    description: 'A contact opened a campaign or followed a link in it. Some mailboxes open by themselves.',
    events: ['email.opened', 'email.clicked'],
  }),
  campaignAnswered: defineTrigger({
    name: 'Campaign answered or bounced',
    description: 'A contact replied to a campaign, or it came back.',
    events: ['email.replied', 'email.bounced'],
  }),
  dealCreated: defineTrigger({
    name: 'New deal',
    description: 'A deal was made in ActiveCampaign.',
    events: ['deal.created'],
  }),
  dealMoved: defineTrigger({
    name: 'Deal moved to another stage',
    description: 'The stage of a deal changed.',
    events: ['deal.stage_changed'],
  }),
  dealClosed: defineTrigger({
    name: 'Deal won or lost',
    description: 'A deal was marked as won or as lost.',
    events: ['deal.won', 'deal.lost'],
  }),
  dealChanged: defineTrigger({
    name: 'Deal changed',
    description: 'Something about a deal changed.',
    events: ['deal.updated'],
  }),
  noteAdded: defineTrigger({
    name: 'Note added',
    description: 'A note was written on a contact or a deal.',
    events: ['note.added'],
  }),
  task: defineTrigger({
    name: 'Task added or done',
    description: 'A colleague has something to do, or has done it.',
    events: ['task.created', 'task.completed'],
  }),
  company: defineTrigger({
    name: 'Account added or changed',
    description: 'A company is new, or its data changed.',
    events: ['company.created', 'company.updated'],
  }),
  textMessage: defineTrigger({
    name: 'Text message sent, failed or answered',
    description: 'A text message left ActiveCampaign, did not get through, or was answered.',
    events: ['sms.sent', 'sms.failed', 'sms.replied'],
  }),
  anythingElse: defineTrigger({
    name: 'Anything else',
    description: 'Everything ActiveCampaign tells that has no word of its own here, under its own name.',
    events: ['custom.event'],
  }),
}

export default defineConnector({
  id: 'activecampaign',
  name: 'ActiveCampaign',
  description: 'Contacts, tags, lists, automations, deals and campaigns in ActiveCampaign.',
  version: 1,
  auth,
  inbound: inbounds,
  triggers,
  actions: {
    syncContact,
    addTag,
    removeTag,
    subscribeToList,
    unsubscribeFromList,
    addToAutomation,
    removeFromAutomation,
    addNote,
    createDeal,
    updateDeal,
    createTask,
  },
  polls: { contacts: pollContacts },
  registration,
  explain,
  // Five requests a second for the whole account, whichever key they are made with; one is left to everything else that
  // uses it (https://developers.activecampaign.com/reference/rate-limits, October 2025).
  limits: {
    rate: { requests: 4, perMs: 1000 },
    account: ({ accountUrl }) => addressOf(accountUrl),
    concurrency: 2,
  },
})
