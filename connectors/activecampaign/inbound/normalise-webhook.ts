import { withoutBlanks } from '#sdk'
import type { EventDraft, NormaliseContext } from '#sdk'
import { contactOfHook, ipOf } from '../contact.ts'
import { campaignFacts, messageOf } from './campaign-facts.ts'
import { contactOfDeal, dealIn, dealUpdates } from './deal.ts'
import { listsOf, partIn, textIn } from './webhook-event.ts'
import type { Part, WebhookEvent } from './webhook-event.ts'

const actors: Record<string, EventDraft['actor']> = {
  public: 'contact',
  admin: 'agent',
  api: 'automation',
  system: 'automation',
}

/** One webhook in the vocabulary; what the vocabulary has no word for goes on under ActiveCampaign's own name. */
export function normaliseWebhook(event: WebhookEvent, { receivedAt }: NormaliseContext): EventDraft[] {
  const parts = (Object.hasOwn(facts, event.type) ? facts[event.type]?.(event) : undefined) ?? []
  const contact = contactOf(event)
  const context = contextOf(event)
  const shared = {
    occurred_at: timeOf(event) ?? receivedAt.toISOString(),
    ...(Object.keys(context).length > 0 ? { context } : {}),
    actor: actors[event.initiated_from ?? ''] ?? 'provider',
  }
  return (parts.length > 0 ? parts : [unnamed(event)]).map((part) => {
    const whole = { ...contact, ...part.contact }
    return { ...part, ...shared, ...(Object.keys(whole).length > 0 ? { contact: whole } : {}) }
  })
}

/** How each type of webhook is read. Nothing, or an empty list: it lacks what its word needs. */
const facts: Record<string, (event: WebhookEvent) => Part[]> = {
  subscribe: subscribed,
  unsubscribe: unsubscribed,
  // The vendor says that something changed, and not what.
  update: () => [{ name: 'contact.updated', properties: { changes: [] } }],
  contact_tag_added: ({ tag }) => (tag ? [{ name: 'contact.tag_added', properties: { tag } }] : []),
  contact_tag_removed: ({ tag }) => (tag ? [{ name: 'contact.tag_removed', properties: { tag } }] : []),
  subscriber_note: ({ note }) =>
    // A note of a person comes without its id.
    typeof note === 'string' ? [{ name: 'note.added', properties: { note_id: null, body: note } }] : [],
  contact_task_add: taskAdded,

  ...campaignFacts,

  deal_add: ({ deal }) => (hasId(deal) ? [{ name: 'deal.created', properties: dealIn(deal) }] : []),
  deal_update: (event) => (hasId(event.deal) ? dealUpdates(event, event.deal) : []),
  deal_note_add: ({ deal, note }) => {
    const told = typeof note === 'string' ? { text: note } : note
    const properties = withoutBlanks({ ...dealIn(deal ?? {}), body: textIn(told, 'text') })
    return [{ name: 'note.added', properties: { ...properties, note_id: textIn(told, 'id') ?? null } }]
  },
  deal_task_add: taskAdded,
  deal_task_complete: ({ task, deal }) => {
    const task_id = textIn(task, 'id')
    return task_id ? [{ name: 'task.completed', properties: { ...dealIn(deal ?? {}), task_id } }] : []
  },

  account_add: ({ account }) =>
    hasId(account) ? [{ name: 'company.created', properties: { company: companyIn(account) } }] : [],
  account_update: ({ account }) =>
    hasId(account) ? [{ name: 'company.updated', properties: { company: companyIn(account) } }] : [],
  account_contact_add: employed,
  account_contact_update: employed,

  sms_sent: ({ sms }) => {
    const message_id = textIn(sms, 'id')
    if (!message_id) return []
    const hasFailed = textIn(sms, 'successful') === '0'
    const properties = withoutBlanks({ message_id, comment: textIn(sms, 'comment') })
    return [{ name: hasFailed ? 'sms.failed' : 'sms.sent', properties }]
  },
  sms_reply: ({ sms }) => {
    const message_id = textIn(sms, 'id')
    if (!message_id) return []
    return [{ name: 'sms.replied', properties: { message_id, body: textIn(sms, 'reply') ?? '' } }]
  },
  sms_unsub: () => [{ name: 'list.unsubscribed', properties: { scope: 'sms', reason: 'user' } }],
}

function subscribed(event: WebhookEvent): Part[] {
  const method = event.initiated_from === 'public' ? 'single' : 'agent'
  return listsOf(event).map((list_id) => ({
    name: 'list.subscribed',
    properties: withoutBlanks({ list_id, method, form_id: textIn(event.form, 'id') }),
    key: list_id,
  }))
}

/** A person leaves one list or several; where the webhook names none, all of them. */
function unsubscribed(event: WebhookEvent): Part[] {
  const properties = withoutBlanks({
    reason: event.initiated_from === 'public' ? 'user' : 'agent',
    reason_given: textIn(event.unsubscribe, 'reason'),
    form_id: textIn(event.form, 'id'),
    message_id: messageOf(event),
  })
  const lists = listsOf(event)
  if (lists.length === 0) return [{ name: 'list.unsubscribed', properties: { ...properties, scope: 'all' } }]
  return lists.map((list_id) => ({
    name: 'list.unsubscribed',
    properties: { ...properties, list_id },
    key: list_id,
  }))
}

function taskAdded({ task, deal }: WebhookEvent): Part[] {
  const task_id = textIn(task, 'id')
  if (!task_id) return []
  const kindOfTask = textIn(task, 'type_title') ?? ''
  const kind = /call/i.test(kindOfTask) ? 'call' : /mail/i.test(kindOfTask) ? 'email' : 'todo'
  const properties = withoutBlanks({
    ...dealIn(deal ?? {}),
    task_id,
    kind,
    title: textIn(task, 'title'),
    body: textIn(task, 'note'),
    due_at: textIn(task, 'duedate_iso') ?? textIn(task, 'duedate') ?? textIn(task, 'dueDate'),
  })
  return [{ name: 'task.created', properties }]
}

/** A person now belongs to a company, or has another job there. */
function employed({ account, accountContact }: WebhookEvent): Part[] {
  const external_id = textIn(account, 'id') ?? textIn(accountContact, 'account')
  if (!external_id) return []
  const role_title = textIn(accountContact, 'job_title')
  const company = withoutBlanks({ external_id, name: textIn(account, 'name'), role_title })
  const changes = Object.entries(company).map(([field, value]) => ({ field: `company.${field}`, new: value }))
  return [{ name: 'contact.updated', contact: { company }, properties: { changes } }]
}

function companyIn(account: Record<string, unknown>): Record<string, unknown> {
  return withoutBlanks({
    external_id: textIn(account, 'id'),
    name: textIn(account, 'name'),
    website: textIn(account, 'account_url'),
    fields: partIn(account, 'fields'),
  })
}

function contactOf(event: WebhookEvent): NonNullable<EventDraft['contact']> {
  const contact = contactOfHook(event.contact)
  return Object.keys(contact).length > 0 || !event.deal ? contact : contactOfDeal(event.deal)
}

function contextOf(event: WebhookEvent): NonNullable<EventDraft['context']> {
  return withoutBlanks({
    // Otherwise it is where the person was last, and not where this happened.
    ip: event.initiated_from === 'public' ? ipOf(event.contact) : undefined,
    user_agent: event['User-Agent'],
    campaign: { id: textIn(event.campaign, 'id'), name: textIn(event.campaign, 'name') },
  })
}

function timeOf({ date_time: at }: WebhookEvent): string | undefined {
  const time = at ? Date.parse(at) : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}

function unnamed({ type, contact: _, ...told }: WebhookEvent): Part {
  return { name: 'custom.event', properties: { name: type, properties: told } }
}

function hasId(part: Record<string, unknown> | null | undefined): part is Record<string, unknown> {
  return textIn(part, 'id') !== undefined
}
