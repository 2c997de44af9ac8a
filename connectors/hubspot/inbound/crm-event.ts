import { withoutBlanks, z } from '#sdk'
import type { EventDraft, EventName } from '#sdk'
import { contactOf, fieldName } from '../property-names.ts'

/* Ids grow beyond what a JSON number holds exactly, and are names, not numbers. */
const id = z.union([z.number(), z.string().min(1)]).transform(String)

/** One of the events of a batch: what happened to which object, and next to nothing about the object itself. */
export const crmEvent = z
  .looseObject({
    eventId: id,
    subscriptionId: id.optional(),
    portalId: id.optional(),
    // Milliseconds; the bound is that of a date.
    occurredAt: z.int().min(0).max(8_640_000_000_000_000),
    subscriptionType: z.string().optional(),
    // The name that older apps use.
    eventType: z.string().optional(),
    objectId: id.optional(),
    objectTypeId: z.string().optional(),
    propertyName: z.string().optional(),
    propertyValue: z.string().nullish(),
    changeSource: z.string().optional(),
    sourceId: z.string().nullish(),
    primaryObjectId: id.optional(),
    mergedObjectIds: z.array(id).optional(),
    newObjectId: id.optional(),
    messageId: z.string().optional(),
  })
  .refine(({ subscriptionType, eventType }) => subscriptionType ?? eventType, {
    path: ['subscriptionType'],
    message: 'is missing',
  })

export type CrmEvent = z.output<typeof crmEvent>

/** A second try has another `attemptNumber`, which is why that is not part of the fact's name. */
export function crmEventKey({ eventId, subscriptionId, objectId, occurredAt }: CrmEvent): string {
  return [eventId, subscriptionId, objectId, occurredAt].map((part) => part ?? '-').join(':')
}

const objectTypes: Record<string, string> = {
  '0-1': 'contact',
  '0-2': 'company',
  '0-3': 'deal',
  '0-5': 'ticket',
}

/** `object.creation` of type 0-1 is what used to be called `contact.creation`. */
function typeOf({ subscriptionType, eventType, objectTypeId }: CrmEvent): string {
  const type = subscriptionType ?? eventType ?? ''
  const object = objectTypes[objectTypeId ?? '']
  return type.startsWith('object.') && object ? `${object}${type.slice('object'.length)}` : type
}

const actors: Record<string, EventDraft['actor']> = {
  CRM_UI: 'agent',
  CRM_UI_BULK_ACTION: 'agent',
  MOBILE_ANDROID: 'agent',
  MOBILE_IOS: 'agent',
  SALES: 'agent',
  FORM: 'contact',
  IMPORT: 'import',
  AUTOMATION_PLATFORM: 'automation',
  WORKFLOWS: 'automation',
  INTEGRATION: 'automation',
  API: 'automation',
}

/** The event in the vocabulary. What needs more than the id is completed by `enrich`. */
export function normaliseCrmEvent(event: CrmEvent): EventDraft[] {
  const occurred_at = new Date(event.occurredAt).toISOString()
  const shared = withoutBlanks({
    portal_id: event.portalId,
    change_source: event.changeSource,
    source_id: event.sourceId,
  })
  const actor = actors[event.changeSource ?? ''] ?? 'provider'
  return draftsOf(event).map(({ properties, ...draft }) => ({
    ...draft,
    occurred_at,
    properties: { ...properties, ...shared },
    actor,
  }))
}

type Part = Omit<EventDraft, 'occurred_at' | 'actor'>

function draftsOf(event: CrmEvent): Part[] {
  const contact = { external_id: event.objectId }
  const deal = { deal_id: event.objectId }
  switch (typeOf(event)) {
    case 'contact.creation':
      return [{ name: 'contact.created', contact }]
    case 'contact.propertyChange':
      return contactChange(event)
    case 'contact.deletion':
      return [{ name: 'contact.deleted', contact, properties: { reason: 'cleanup' } }]
    case 'contact.privacyDeletion':
      return [{ name: 'contact.deleted', contact, properties: { reason: 'user_request' } }]
    case 'contact.merge':
      return merges(event)
    case 'company.creation':
      return [{ name: 'company.created', properties: { company: contact } }]
    case 'company.propertyChange':
      return [
        {
          name: 'company.updated',
          properties: { company: contact, changes: [changeIn(event, (name) => name)] },
        },
      ]
    case 'deal.creation':
      return [{ name: 'deal.created', properties: deal }]
    case 'deal.propertyChange':
      return dealChange(event)
    case 'deal.deletion':
      return [{ name: 'deal.deleted', properties: deal }]
    case 'conversation.creation':
      return [{ name: 'chat.started', properties: { conversation_id: event.objectId } }]
    case 'conversation.newMessage':
      return message(event)
    default:
      return [unnamed(event)]
  }
}

function contactChange(event: CrmEvent): Part[] {
  const { objectId, propertyName = '', propertyValue } = event
  const contact = contactOf(objectId, { [propertyName]: propertyValue ?? null })
  const updated: Part = {
    name: 'contact.updated',
    contact,
    properties: { changes: [changeIn(event, fieldName)] },
  }
  const moved = {
    lifecyclestage: 'contact.lifecycle_changed',
    hubspot_owner_id: 'contact.owner_changed',
  } as const
  const name: EventName | undefined =
    propertyName === 'lifecyclestage' || propertyName === 'hubspot_owner_id' ? moved[propertyName] : undefined
  // HubSpot tells the new value only.
  return name
    ? [updated, { name, contact, properties: { old: null, new: propertyValue || null } }]
    : [updated]
}

function dealChange(event: CrmEvent): Part[] {
  const { objectId: deal_id, propertyName, propertyValue } = event
  if (propertyName !== 'dealstage' || !propertyValue) {
    return [{ name: 'deal.updated', properties: { deal_id, changes: [changeIn(event, (name) => name)] } }]
  }
  const moved: Part = {
    name: 'deal.stage_changed',
    properties: { deal_id, pipeline_id: null, old_stage: null, new_stage: propertyValue },
  }
  // The ids of the last two stages of the pipeline that every account begins with.
  if (propertyValue === 'closedwon') return [moved, { name: 'deal.won', properties: { deal_id } }]
  if (propertyValue === 'closedlost') return [moved, { name: 'deal.lost', properties: { deal_id } }]
  return [moved]
}

function changeIn({ propertyName = '', propertyValue }: CrmEvent, named: (property: string) => string) {
  return { field: named(propertyName), new: propertyValue || null }
}

/** The record that is left is the new one; all that went into it are losers. */
function merges({ objectId, primaryObjectId, mergedObjectIds = [], newObjectId }: CrmEvent): Part[] {
  const winner = newObjectId ?? primaryObjectId ?? objectId
  const losers = [primaryObjectId, ...mergedObjectIds].filter((each) => each !== undefined && each !== winner)
  return losers.map((loser) => ({
    name: 'contact.merged',
    contact: { external_id: winner },
    properties: { winner_id: winner, loser_id: loser },
    key: loser,
  }))
}

function message(event: CrmEvent): Part[] {
  const { messageId, objectId } = event
  if (!messageId) return [unnamed(event)]
  return [{ name: 'chat.message_received', properties: { message_id: messageId, conversation_id: objectId } }]
}

/** Everything else goes on under HubSpot's own name. */
function unnamed(event: CrmEvent): Part {
  const { attemptNumber: _, ...told } = event
  return { name: 'custom.event', properties: { name: typeOf(event), properties: told } }
}
