import { defineConnector, defineTrigger } from '#sdk'
import { addNote } from './actions/add-note.ts'
import { addToCampaign, removeFromCampaign } from './actions/campaign-membership.ts'
import { changePoints } from './actions/change-points.ts'
import { changeTags } from './actions/change-tags.ts'
import { resubscribe, unsubscribe } from './actions/do-not-contact.ts'
import { addToSegment, removeFromSegment } from './actions/segment-membership.ts'
import { sendEmail } from './actions/send-email.ts'
import { setStage } from './actions/set-stage.ts'
import { updateContact } from './actions/update-contact.ts'
import { upsertContact } from './actions/upsert-contact.ts'
import { auth } from './auth.ts'
import { completeEvent } from './complete-event.ts'
import { explain } from './explain.ts'
import { inbounds } from './inbound/inbounds.ts'
import { registration } from './registration.ts'

const triggers = {
  contactCreated: defineTrigger({
    name: 'New contact',
    description: 'A visitor became known, or somebody was added.',
    events: ['contact.created'],
  }),
  contactUpdated: defineTrigger({
    name: 'Contact changed',
    description: 'Data of a contact changed. Mautic does not say what, except for the company.',
    events: ['contact.updated'],
  }),
  contactDeleted: defineTrigger({
    name: 'Contact deleted',
    description: 'A contact was removed in Mautic.',
    events: ['contact.deleted'],
  }),
  pointsChanged: defineTrigger({
    name: 'Points changed',
    description: 'The score of a contact went up or down.',
    events: ['score.changed'],
  }),
  formSubmitted: defineTrigger({
    name: 'Form submitted',
    description: 'Somebody sent one of Mautic’s forms.',
    events: ['form.submitted'],
  }),
  segmentChanged: defineTrigger({
    name: 'Segment entered or left',
    description: 'A contact now belongs to a segment, or no longer does.',
    events: ['segment.entered', 'segment.left'],
  }),
  unsubscribed: defineTrigger({
    name: 'Unsubscribed or bounced',
    description: 'A contact may not be written to through a channel any more.',
    events: ['list.unsubscribed', 'suppression.added'],
  }),
  contactable: defineTrigger({
    name: 'May be written to again',
    description: 'A contact came off Do Not Contact.',
    events: ['suppression.removed'],
  }),
  emailSent: defineTrigger({
    name: 'Email sent',
    description: 'Mautic sent an email to a contact.',
    events: ['email.sent'],
  }),
  emailOpened: defineTrigger({
    name: 'Email opened',
    description: 'A contact opened an email.',
    events: ['email.opened'],
  }),
  pageViewed: defineTrigger({
    name: 'Page viewed',
    description: 'Somebody looked at a page that Mautic watches, known or not.',
    events: ['page.viewed'],
  }),
  textMessageSent: defineTrigger({
    name: 'Text message sent',
    description: 'Mautic sent a text message to a contact.',
    events: ['sms.sent'],
  }),
  companySaved: defineTrigger({
    name: 'Company saved',
    description: 'A company is new or changed; Mautic does not say which.',
    events: ['company.updated'],
  }),
  campaign: defineTrigger({
    name: 'Campaign webhook, or anything else',
    description:
      'A campaign reached its “Send a webhook”, or Mautic told something without a word of its own here.',
    events: ['custom.event'],
  }),
}

export default defineConnector({
  id: 'mautic',
  name: 'Mautic',
  description: 'Contacts, segments, campaigns, points, forms and emails in your own Mautic.',
  version: 1,
  auth,
  inbound: inbounds,
  triggers,
  actions: {
    upsertContact,
    updateContact,
    changeTags,
    addToSegment,
    removeFromSegment,
    addToCampaign,
    removeFromCampaign,
    changePoints,
    setStage,
    unsubscribe,
    resubscribe,
    addNote,
    sendEmail,
  },
  registration,
  enrich: completeEvent,
  explain,
  // Mautic limits nothing by default; a server of one's own is easily kept busy all the same.
  limits: { rate: { requests: 10, perMs: 1000 }, concurrency: 4 },
})
