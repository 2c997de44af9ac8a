import { z } from 'zod'

/** One word of the vocabulary. */
export interface Word {
  meaning: string
  /** The event is worthless without somebody it is about. */
  needsContact: boolean
  /** Required properties; whatever else is known may stand beside them. */
  properties: z.ZodObject
}

const text = z.string().min(1)
/** Required, but a provider may honestly not know: `null` then, never a guess. */
const textOrNull = text.nullable()
const minor = z.int()
const currency = z.string().regex(/^[A-Z]{3}$/, 'a currency is three capital letters, such as EUR')
const many = z.array(z.unknown())
const record = z.record(z.string(), z.unknown())
const change = z.looseObject({ field: text, old: z.unknown().optional(), new: z.unknown() })

const fact = (meaning: string, required: z.ZodRawShape = {}): Word => ({
  meaning,
  needsContact: false,
  properties: z.looseObject(required),
})
const about = (meaning: string, required: z.ZodRawShape = {}): Word => ({
  ...fact(meaning, required),
  needsContact: true,
})

const message = { message_id: text }
const money = { total: z.number(), currency }
const automated = z.enum(['none', 'suspected', 'certain'])

/**
 * Every name an event can have, what it means, and what it must carry. Names are `object.past_tense` and properties
 * snake_case. Money is `<name>_minor` (integer in ISO 4217 minor units, authoritative) with `<name>` (decimal, for
 * people) and `currency`. Additions are compatible; a changed meaning needs a new name.
 */
export const vocabulary = {
  'contact.created': about('A person is new at the provider.'),
  'contact.identified': about('A visitor known by a cookie alone said who they are.', { anonymous_id: text }),
  'contact.updated': about('Data of a person changed.', { changes: z.array(change) }),
  'contact.merged': fact('Two records turned out to be one person.', { winner_id: text, loser_id: text }),
  'contact.deleted': about('A person was removed at the provider.'),
  'contact.tag_added': about('A tag was put on a person.', { tag: text }),
  'contact.tag_removed': about('A tag was taken off a person.', { tag: text }),
  'contact.owner_changed': about('Another colleague looks after a person.', {
    old: textOrNull,
    new: textOrNull,
  }),
  'contact.lifecycle_changed': about('A person moved on between stranger and customer.', {
    old: textOrNull,
    new: textOrNull,
  }),
  'contact.engagement_changed': about('A person became more or less active.', {
    old: textOrNull,
    new: z.enum(['active', 'less_active', 'inactive']),
  }),
  'score.changed': fact('A score went up or down.', { model: text, delta: z.number(), value: z.number() }),
  'score.threshold_crossed': fact('A score passed a threshold.', {
    model: text,
    threshold: z.number(),
    direction: z.enum(['up', 'down']),
    previous: z.number(),
    value: z.number(),
  }),
  'segment.entered': fact('A person now belongs to a segment.', {
    segment_id: text,
    segment_version: z.int().nullable(),
  }),
  'segment.left': fact('A person no longer belongs to a segment.', {
    segment_id: text,
    segment_version: z.int().nullable(),
  }),
  'company.created': fact('A company is new at the provider.', { company: record }),
  'company.updated': fact('Data of a company changed.', { company: record }),

  'list.subscription_requested': fact('Somebody asked to be on a list and has not confirmed yet.', {
    list_id: text,
  }),
  'list.subscribed': fact('Somebody is now on a list.', {
    list_id: text,
    method: z.enum(['single', 'double', 'import', 'agent']),
  }),
  'list.unsubscribed': fact('Somebody left a list, or everything (`scope`).', {
    reason: z.enum(['user', 'one_click', 'inactive', 'bounce', 'complaint', 'agent']),
  }),
  'consent.granted': fact('Somebody agreed to be addressed.', {
    channel: text,
    topic: text,
    lawful_basis: text,
  }),
  'consent.withdrawn': fact('Somebody no longer agrees to be addressed.', {
    channel: text,
    topic: text,
    lawful_basis: text,
  }),
  'suppression.added': fact('An address must not be written to any more.', {
    channel: text,
    address_hash: text,
    scope: text,
    reason: text,
  }),
  'suppression.removed': fact('An address may be written to again.', {
    channel: text,
    address_hash: text,
    scope: text,
    reason: text,
  }),

  'email.queued': fact('The provider took an email on.', message),
  'email.sent': fact('An email left the provider.', message),
  'email.delivered': fact('The mailbox took an email.', message),
  'email.deferred': fact('The mailbox asked to try an email again later.', message),
  'email.opened': fact('An email was opened, by a person or a machine.', { ...message, automated }),
  'email.clicked': fact('A link in an email was followed.', {
    ...message,
    link_id: text,
    link_url: text,
    automated,
  }),
  'email.bounced': fact('An email came back.', { ...message, bounce_type: z.enum(['hard', 'soft']) }),
  'email.complained': fact('Somebody called an email spam.', message),
  'email.unsubscribed': fact('Somebody unsubscribed through an email.', message),
  'email.replied': fact('Somebody answered an email.', message),
  'email.autoresponded': fact('A machine answered an email.', message),
  'email.rejected': fact('The provider refused to send an email.', message),
  'email.failed': fact('An email could not be sent.', message),
  'email.not_opened': fact('An email stayed unopened while a flow waited.', {
    ...message,
    waited_seconds: z.number(),
  }),
  'email.not_clicked': fact('No link of an email was followed while a flow waited.', {
    ...message,
    waited_seconds: z.number(),
  }),

  'sms.sent': fact('A text message left the provider.', message),
  'sms.delivered': fact('A text message arrived.', message),
  'sms.failed': fact('A text message could not be delivered.', message),
  'sms.replied': fact('Somebody answered a text message.', { ...message, body: z.string() }),
  'sms.clicked': fact('A link in a text message was followed.', message),
  'push.sent': fact('A push message left the provider.', message),
  'push.opened': fact('A push message was opened.', message),
  'push.subscribed': fact('Somebody allowed push messages.'),
  'messenger.subscribed': fact('Somebody may be written to in a messenger.', { network: text }),
  'messenger.message_received': fact('Somebody wrote in a messenger.', { ...message, network: text }),
  'chat.started': fact('A conversation on the site began.', { conversation_id: text }),
  'chat.message_received': fact('Somebody wrote in a conversation.', { ...message, conversation_id: text }),
  'chat.ended': fact('A conversation on the site ended.', { conversation_id: text }),
  'bot.subscribed': fact('Somebody started a bot.'),

  'session.started': fact('A visit to the site began.', { session_id: text }),
  'page.viewed': fact('A page was looked at.', { url: text }),
  'page.left': fact('A page was left.', { view_id: text, duration_seconds: z.number() }),
  'page.section_reached': fact('A part of a page came into view.', { view_id: text, section: text }),
  'element.clicked': fact('Something on a page was clicked.', { name: text }),
  'file.downloaded': fact('A file was downloaded (`file_id` or `url`).'),
  'video.started': fact('A video began to play.', { video_id: text }),
  'video.progressed': fact('A video reached a mark.', { video_id: text }),
  'video.completed': fact('A video was watched to its end.', { video_id: text }),
  'content.requested': fact('A place on the site asked what to show.', { slot: text }),
  'browse.abandoned': fact('Somebody looked at things and left.', { items: many }),
  'custom.event': fact('Anything the vocabulary has no name for, under its own name.', { name: text }),

  'form.viewed': fact('A form was seen.', { form_id: text }),
  'form.submitted': fact('A form was sent.', { form_id: text, fields: record }),
  'survey.sent': fact('A survey was sent.', { survey_id: text }),
  'survey.answered': fact('A survey was answered.', { survey_id: text, answers: many }),
  'popup.shown': fact('A pop-up was shown.', { popup_id: text }),
  'popup.closed': fact('A pop-up was closed.', { popup_id: text }),
  'application.created': fact('Somebody applied for something.', { form_id: text }),

  'product.viewed': fact('A product was looked at.', { product_id: text }),
  'product.list_viewed': fact('A list of products was looked at.'),
  'product.searched': fact('Products were searched for.', { query: z.string() }),
  'cart.updated': fact('A cart changed.', { cart_id: text, products: many }),
  'cart.abandoned': fact('A cart was left without buying.', { cart_id: text, products: many, ...money }),
  'checkout.started': fact('Somebody went to pay.', { checkout_id: text }),
  'checkout.step_completed': fact('A step of paying was done.', { checkout_id: text }),
  'order.created': fact('An order was placed; nothing is said about payment.', { order_id: text }),
  'order.updated': fact('An order changed.', { order_id: text }),
  'order.completed': fact('A sale: the order is placed and paid, or needs no payment.', {
    order_id: text,
    ...money,
    total_minor: minor,
    products: many,
  }),
  'order.refunded': fact('Money of an order was given back.', { order_id: text, ...money }),
  'order.cancelled': fact('An order was called off.', { order_id: text }),
  'order.fulfilled': fact('An order was sent or handed over.', { order_id: text }),
  'coupon.issued': fact('Somebody was given a coupon.', { coupon: text }),
  'coupon.redeemed': fact('A coupon was used.', { coupon: text }),
  'coupon.expired': fact('A coupon ran out.', { coupon: text }),
  'spend.threshold_crossed': fact('Somebody has spent more than a threshold.', {
    scope: z.enum(['order', 'lifetime', 'window']),
    threshold: z.number(),
    value: z.number(),
    currency,
  }),

  'payment.succeeded': fact('Money was received.', { payment_id: text, amount_minor: minor, currency }),
  'payment.failed': fact('A payment did not go through.', {
    payment_id: text,
    amount_minor: minor,
    currency,
  }),
  'payment.refunded': fact('Money was given back.', { payment_id: text, amount_minor: minor, currency }),
  'payment.disputed': fact('A payer asked the bank for the money back.', {
    payment_id: text,
    amount_minor: minor,
    currency,
  }),
  'subscription.started': fact('A paid subscription began.', { subscription_id: text }),
  'subscription.updated': fact('A subscription changed and goes on.', { subscription_id: text }),
  'subscription.renewed': fact('A subscription was paid for another period.', { subscription_id: text }),
  'subscription.paused': fact('A subscription was paused.', { subscription_id: text }),
  'subscription.cancelled': fact('A subscription ended.', { subscription_id: text }),
  'subscription.trial_ending': fact('A trial is about to end.', { subscription_id: text }),
  'invoice.created': fact('An invoice was made.', { invoice_id: text }),
  'invoice.finalized': fact('An invoice got its number and is to be paid.', { invoice_id: text }),
  'invoice.payment_failed': fact('A try to collect an invoice failed.', { invoice_id: text }),
  'invoice.sent': fact('An invoice went out.', { invoice_id: text }),
  'invoice.paid': fact('An invoice was paid.', { invoice_id: text }),
  'invoice.overdue': fact('An invoice was not paid in time.', { invoice_id: text }),
  'bank.transaction_matched': fact('Money on the account was matched to an order.', {
    transaction_id: text,
    amount_minor: minor,
  }),

  'deal.created': fact('A deal is new.', { deal_id: text }),
  'deal.updated': fact('Data of a deal changed.', { deal_id: text, changes: z.array(change) }),
  'deal.deleted': fact('A deal was removed.', { deal_id: text }),
  'deal.stage_changed': fact('A deal moved to another stage.', {
    deal_id: text,
    pipeline_id: textOrNull,
    old_stage: textOrNull,
    new_stage: text,
  }),
  'deal.won': fact('A deal was won.', { deal_id: text }),
  'deal.lost': fact('A deal was lost.', { deal_id: text }),
  'task.created': fact('Somebody has something to do.', {
    task_id: text,
    kind: z.enum(['call', 'email', 'todo']),
  }),
  'task.completed': fact('A task is done.', { task_id: text }),
  'note.added': fact('A note was written.', { note_id: textOrNull }),
  'proposal.sent': fact('A proposal went out.', { proposal_id: text }),
  'proposal.opened': fact('A proposal was opened.', { proposal_id: text }),
  'proposal.clicked': fact('A link in a proposal was followed.', { proposal_id: text }),
  'proposal.not_opened': fact('A proposal stayed unopened while a flow waited.', { proposal_id: text }),

  'call.requested': fact('Somebody asked to be called.'),
  'call.started': fact('A call is ringing.', { call_id: text }),
  'call.answered': fact('A call was answered.', { call_id: text }),
  'call.missed': fact('Nobody answered a call.', { call_id: text }),
  'call.ended': fact('A call is over.', { call_id: text }),
  'meeting.requested': fact('Somebody asked for a meeting.'),
  'meeting.booked': fact('A meeting was booked.', { meeting_id: text, start_at: text, timezone: textOrNull }),
  'meeting.rescheduled': fact('A meeting was moved.', { meeting_id: text, start_at: text }),
  'meeting.cancelled': fact('A meeting was called off.', { meeting_id: text }),
  'meeting.attended': fact('Somebody came to a meeting.', { meeting_id: text }),
  'meeting.no_show': fact('Somebody did not come to a meeting.', { meeting_id: text }),
  'webinar.registered': fact('Somebody signed up for a webinar.', { webinar_id: text }),
  'webinar.attended': fact('Somebody joined a webinar.', { webinar_id: text }),
  'webinar.progressed': fact('Somebody has watched a part of a webinar.', {
    webinar_id: text,
    watched_percent: z.number(),
  }),
  'webinar.no_show': fact('Somebody signed up for a webinar and did not come.', { webinar_id: text }),

  'sheet.row_added': fact('A row was added to a sheet.', {
    spreadsheet_id: text,
    sheet: text,
    row: z.int(),
    values: record,
  }),
  'sheet.row_updated': fact('A row of a sheet changed.', {
    spreadsheet_id: text,
    sheet: text,
    row: z.int(),
    values: record,
  }),
  'ad.clicked': fact('An ad was clicked.', { platform: text }),
  'ad.lead_submitted': fact('Somebody filled in the form of an ad.', { platform: text }),
  'ad.cost_reported': fact('What ads cost on a day.', { date: z.iso.date(), cost_minor: minor, currency }),
  'date.reached': fact('A date in somebody’s data has come.', {
    field: text,
    date: z.iso.date(),
    offset_days: z.int(),
  }),
  'birthday.reached': fact('It is the birthday of somebody, or of somebody close.'),

  'flow.entered': fact('A contact entered a flow.', { run_id: text, flow_id: text, version: z.int() }),
  'flow.step_completed': fact('A step of a flow is done.', { run_id: text, flow_id: text, version: z.int() }),
  'flow.goal_reached': fact('A contact reached the goal of a flow.', {
    run_id: text,
    flow_id: text,
    version: z.int(),
  }),
  'flow.exited': fact('A contact left a flow.', { run_id: text, flow_id: text, version: z.int() }),
  'experiment.exposed': fact('A contact got a variant.', { variant: text }),
  'delivery.failed': fact('A delivery will not be tried again.'),
  'connection.degraded': fact('A connection no longer works as it should.'),
  'webhook.received': fact('A request arrived that carries no fact of its own.'),
  'mapping.failed': fact('A mapping could not be carried out.'),
} as const satisfies Record<string, Word>

export type EventName = keyof typeof vocabulary

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(vocabulary, name)
}

/** The vocabulary as a page can show it: name, meaning, and which properties are always there. */
export function describeEvents(): { name: EventName; meaning: string; required: string[] }[] {
  return Object.entries(vocabulary).flatMap(([name, word]) =>
    isEventName(name) ? [{ name, meaning: word.meaning, required: Object.keys(word.properties.shape) }] : [],
  )
}
