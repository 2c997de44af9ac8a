import { isEventName, parseEventDraft, withoutBlanks } from '#sdk'
import type { EventContext, EventDraft, Reason } from '#sdk'
import type { Credentials } from '../auth.ts'
import { asText, atPath, found, isRecord } from './at-path.ts'
import { findContact } from './find-contact.ts'
import { readInstant } from './find-time.ts'

/** A body whose sender is anybody. */
export type Body = Record<string, unknown>

/** The connection's settings; a body can also be read without them. */
export type Places = Partial<Pick<Credentials, 'namePath' | 'idPath' | 'timePath' | 'contactPath'>>

type Headers = Readonly<Record<string, string>>

/** The name of an event that says nothing of itself. */
const unnamedEvent = 'webhook'

/** Looks like an event's name and not like a person's, which is what `name` mostly holds. */
const eventLike = /^[A-Za-z0-9]+([._:/-][A-Za-z0-9]+)+$/

/** What the sender calls the event. */
export function nameOf(body: Body, headers: Headers, { namePath }: Places): string {
  if (namePath) return asText(found(namePath, body, headers)) ?? unnamedEvent
  const said = [
    body.type,
    body.event,
    body.event_name,
    body.event_type,
    body.eventType,
    atPath(body, 'event.type'),
  ]
  const name = said.find((each) => typeof each === 'string' && each.trim() !== '')
  if (typeof name === 'string') return name.trim()
  return typeof body.name === 'string' && eventLike.test(body.name) ? body.name : unnamedEvent
}

/** `{ type, data }` around the thing itself: what stands beside is about the event. */
function isEnvelope(body: Body): boolean {
  const isNamed = typeof (body.type ?? body.event) === 'string'
  return isNamed && [body.data, body.payload, body.properties].some(isRecord)
}

/** The sender's own name for the request, in its headers. */
export function idInHeaders(headers: Headers, { idPath }: Places): string | undefined {
  if (idPath) return idPath.startsWith('header:') ? asText(found(idPath, undefined, headers)) : undefined
  return headers['webhook-id'] ?? headers['svix-id'] ?? headers['idempotency-key']
}

/** The sender's own name for this one fact, in its body. */
export function idInBody(body: Body, { idPath }: Places): string | undefined {
  if (idPath) return idPath.startsWith('header:') ? undefined : asText(atPath(body, idPath))
  return [body.event_id, body.eventId, body.delivery_id].map(asText).find(Boolean)
}

/**
 * What may name the fact, or the thing that it is about: a message is sent and read, a ticket opened and closed under one
 * id. So each counts once under each name that the sender gives it. A bare `id` counts only beside a type and data:
 * elsewhere it is mostly the id of an order or a person, which changes many times, and the later changes would be lost.
 */
export function thingInBody(body: Body, { idPath }: Places): string | undefined {
  if (idPath) return undefined
  const inside = [body.message_id, body.messageId].map(asText).find(Boolean)
  return inside ?? (isEnvelope(body) ? asText(body.id) : undefined)
}

function timeOf(body: Body, headers: Headers, { timePath }: Places, receivedAt: Date): string {
  const said = timePath
    ? [found(timePath, body, headers)]
    : [body.occurred_at, body.timestamp, body.time, body.event_time, body.sent_at, body.occurredAt]
  // In an envelope these are the event's; elsewhere they are when the thing itself was made, perhaps years ago.
  const beside =
    isEnvelope(body) && !timePath ? [body.created_at, body.createdAt, body.date, body.created] : []
  return [...said, ...beside].map(readInstant).find(Boolean) ?? receivedAt.toISOString()
}

/**
 * The event of a body. A name of the vocabulary with all that the vocabulary asks for is that event; a body without a
 * name that says how somebody can be reached is a form they sent. Everything else is a `custom.event` that keeps the
 * whole body, and says what was missing if the name promised more.
 */
export function eventOf(
  body: Body,
  context: { headers: Headers; receivedAt: Date },
  places: Places,
): EventDraft {
  const name = nameOf(body, context.headers, places)
  const shared = withoutBlanks({
    occurred_at: timeOf(body, context.headers, places, context.receivedAt),
    contact: findContact(body, places.contactPath, name),
    context: campaignIn(body),
  })
  const base = { ...shared, occurred_at: shared.occurred_at ?? context.receivedAt.toISOString() }
  const isThing = idInBody(body, places) === undefined && thingInBody(body, places) !== undefined
  // Names of the vocabulary tell facts apart by themselves.
  const custom = isThing && name !== unnamedEvent ? { ...base, key: name } : base
  const isForm = name === 'form.submitted' || (isUnnamed(name, places) && isReachable(base.contact))
  const said = isForm ? 'form.submitted' : name
  if (!isEventName(said) || said === 'custom.event') return customEvent(custom, body, name)

  const properties = isForm ? formOf(propertiesOf(body)) : propertiesOf(body)
  const canonical = parseEventDraft({ ...base, name: said, properties })
  if (canonical.ok) return canonical.event
  return customEvent(custom, body, name, vocabularyProblem(canonical.reason))
}

/** Where the sender was to say a name and did not, it is nothing that we can guess. */
function isUnnamed(name: string, { namePath }: Places): boolean {
  return name === unnamedEvent && !namePath
}

function isReachable(contact: EventDraft['contact']): boolean {
  return contact?.email !== undefined || contact?.phone !== undefined
}

/** Few forms have an id and put their answers under `fields`: where they do not, all that was sent are the answers. */
function formOf(properties: Record<string, unknown>): Record<string, unknown> {
  const { form_id, form_name, fields, ...others } = properties
  const form = { form_id: asText(form_id) ?? asText(form_name) ?? unnamedEvent, form_name }
  return withoutBlanks(isRecord(fields) ? { ...others, ...form, fields } : { ...form, fields: others })
}

/** What a name of the vocabulary asks for and the sender did not say, by the names under which a sender says it. */
export function vocabularyProblem({ data = {} }: Reason): Record<string, string> {
  const { event = '', field = '', problem = '' } = data
  return {
    event: String(event),
    field: String(field).replaceAll(/\bproperties\./g, ''),
    problem: String(problem),
  }
}

function customEvent(
  base: Pick<EventDraft, 'occurred_at' | 'contact' | 'context' | 'key'>,
  body: Body,
  name: string,
  problem?: Record<string, string>,
): EventDraft {
  // Somebody who already speaks of custom events names them inside.
  const inner = name === 'custom.event' ? (asText(body.name) ?? asText(atPath(body, 'data.name'))) : undefined
  const properties = { name: inner ?? name, properties: body, vocabulary_problem: problem }
  return {
    ...base,
    name: 'custom.event',
    properties: problem ? properties : { name: inner ?? name, properties: body },
  }
}

/**
 * The properties of a canonical event: in the envelope where there is one, else beside its name. A sender's `orderId`
 * is the vocabulary's `order_id`.
 */
export function propertiesOf(body: Body): Record<string, unknown> {
  const inside = [atPath(body, 'data.properties'), body.properties, body.data, body.payload].find(isRecord)
  const about = new Set(inside ? ['contact', 'context'] : ['contact', 'context', 'type', 'event'])
  const kept = Object.entries(inside ?? body).filter(([name]) => !about.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [snakeCase(name), value]))
}

const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s-]+/g, '_')
    .toLowerCase()

function campaignIn(body: Body): EventContext {
  const said = (name: string) => asText(body[name]) ?? asText(atPath(body, `data.${name}`))
  return withoutBlanks({
    campaign: {
      source: said('utm_source'),
      medium: said('utm_medium'),
      name: said('utm_campaign'),
      term: said('utm_term'),
      content: said('utm_content'),
    },
    click_ids: { gclid: said('gclid'), fbclid: said('fbclid') },
    page: { url: said('page_url'), referrer: said('referrer') },
  })
}
