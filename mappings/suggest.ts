import type { z } from 'zod'
import type { MappingFields } from './mapping.ts'
import { compilePath, parsePath, printPath } from './path.ts'
import type { Segment } from './path.ts'
import { isRequired, targetMeta } from './target-field.ts'

/** What an event looks like, taken from a real one or a preset. */
export interface SampleInput {
  event: { contact: Record<string, unknown>; properties: Record<string, unknown> }
}

/**
 * A first mapping for a new step: each target field gets the source that its connector suggests, or the one of the
 * same meaning by name (`firstname`, `First name` and `contact.first_name` are one). With a sample, what its
 * properties hold counts too, and a suggestion about the event that finds nothing there is not made. Blanks are not
 * sent unless the action cannot do without the field. What cannot be guessed is left to the person.
 */
export function suggestMapping(schema: z.ZodObject, sample?: SampleInput): MappingFields {
  const byName = pathsByName(sample)
  const suggested = Object.entries(schema.shape).flatMap(([field, target]) => {
    const { label, suggest } = targetMeta(field, target)
    const path =
      suggest.find((candidate) => isFoundIn(candidate, sample)) ??
      byName.get(plain(field)) ??
      byName.get(plain(label))
    if (path === undefined) return []
    const when = isRequired(target) ? ('always' as const) : ('never_blank' as const)
    return [[field, { source: { kind: 'field' as const, path }, when }]] as const
  })
  return Object.fromEntries(suggested)
}

/** Suggestions about the contact always hold, since contacts differ; those about an event must be in its sample. */
function isFoundIn(path: string, sample: SampleInput | undefined): boolean {
  const parsed = parsePath(path)
  if (!parsed.ok) return false
  if (!sample || parsed.path.segments[0]?.name !== 'event') return true
  return compilePath(parsed.path)(sample) !== undefined
}

/** Other words for what the contact model has, as vendors call them. */
const contactNames: Record<string, readonly string[]> = {
  'contact.email': ['email', 'email address', 'e-mail', 'mail'],
  'contact.first_name': ['first name', 'given name', 'forename', 'fname'],
  'contact.last_name': ['last name', 'surname', 'family name', 'lname'],
  'contact.full_name': ['full name', 'name', 'display name'],
  'contact.phone': ['phone', 'phone number', 'mobile', 'mobile phone', 'telephone', 'tel'],
  'contact.birthday': ['birthday', 'date of birth', 'birth date', 'dob'],
  'contact.gender': ['gender', 'sex'],
  'contact.locale': ['locale', 'language', 'lang'],
  'contact.timezone.iana': ['timezone', 'time zone'],
  'contact.address.street': ['street', 'address', 'address line 1', 'address 1'],
  'contact.address.city': ['city', 'town'],
  'contact.address.region': ['region', 'state', 'province', 'state or region'],
  'contact.address.postal_code': ['postal code', 'zip', 'zip code', 'postcode'],
  'contact.address.country': ['country', 'country code'],
  'contact.company.name': ['company', 'company name', 'organisation', 'organization'],
  'contact.company.domain': ['company domain', 'domain'],
  'contact.company.role_title': ['job title', 'position', 'role', 'title'],
  'contact.lifecycle_stage': ['lifecycle stage'],
}

/** Other words for what events carry. */
const eventNames: Record<string, readonly string[]> = {
  'event.properties.total': ['amount', 'value', 'price', 'revenue', 'order total'],
  'event.properties.currency': ['currency code', 'deal currency code'],
  'event.properties.order_id': ['order', 'order number'],
  'event.properties.products': ['items', 'line items'],
  'event.occurred_at': ['time', 'timestamp', 'date', 'event time'],
  'event.name': ['event', 'event name', 'event type'],
}

function pathsByName(sample: SampleInput | undefined): Map<string, string> {
  const paths = new Map<string, string>()
  const add = (name: string, path: string): void => {
    if (!paths.has(plain(name))) paths.set(plain(name), path)
  }
  for (const name of Object.keys(sample?.event.properties ?? {})) {
    add(name, printPath({ segments: ['event', 'properties', name].map(segment) }))
  }
  for (const [path, names] of Object.entries(contactNames)) for (const name of names) add(name, path)
  for (const [path, names] of Object.entries(eventNames)) {
    if (isFoundIn(path, path.startsWith('event.properties') ? sample : undefined))
      for (const name of names) add(name, path)
  }
  return paths
}

function segment(name: string): Segment {
  return { name, indexes: [], keepsList: false }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
