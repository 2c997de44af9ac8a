import { fingerprint, withoutBlanks, z } from '#sdk'
import { idText } from '../contact.ts'
import { companyIn } from './company.ts'
import { about, fact } from './fact-reader.ts'
import type { Part, Person, ReadFact } from './fact-reader.ts'

const maybeText = z.string().nullish()
const withContact = z.looseObject({ contact: z.unknown() })

/** What happens to contacts and companies. */
export const contactFacts: Record<string, ReadFact> = {
  // Sent when a visitor becomes known, which may be long after Mautic first saw them.
  'mautic.lead_post_save_new': fact(withContact, ({ contact }, person) => [
    about(person(contact), { name: 'contact.created' }),
  ]),
  'mautic.lead_post_save_update': fact(withContact, ({ contact }, person) => [
    about(person(contact), { name: 'contact.updated', properties: { changes: [] } }),
  ]),
  'mautic.lead_post_delete': fact(
    z.looseObject({ id: idText.nullish().catch(undefined), contact: z.unknown().optional() }),
    // The contact itself has no id any more.
    ({ id, contact }, person) => [about(person(contact ?? {}, id ?? undefined), { name: 'contact.deleted' })],
  ),
  'mautic.lead_points_change': fact(
    z.looseObject({
      contact: z.unknown(),
      points: z.looseObject({ old_points: z.coerce.number(), new_points: z.coerce.number() }),
    }),
    ({ contact, points: { old_points: old, new_points: value } }, person) => [
      about(person(contact), {
        name: 'score.changed',
        properties: { model: 'points', delta: value - old, value, old },
      }),
    ],
  ),
  'mautic.lead_channel_subscription_changed': fact(
    z.looseObject({
      contact: z.unknown(),
      channel: z.string().min(1),
      old_status: maybeText,
      new_status: z.string().min(1),
    }),
    subscriptionParts,
  ),
  'mautic.lead_list_change': fact(
    z.looseObject({
      contact: z.unknown(),
      segment: z.looseObject({ id: idText, name: maybeText, alias: maybeText }),
      action: z.enum(['added', 'removed']),
    }),
    ({ contact, segment, action }, person) => [
      about(person(contact), {
        name: action === 'added' ? 'segment.entered' : 'segment.left',
        properties: {
          segment_id: segment.id,
          segment_version: null,
          ...withoutBlanks({ segment_name: segment.name, segment_alias: segment.alias }),
        },
      }),
    ],
  ),
  'mautic.lead_company_change': fact(
    z.looseObject({ added: z.unknown(), contact: z.unknown(), company: z.unknown() }),
    companyParts,
  ),
  // Mautic does not say whether the company is new.
  'mautic.company_post_save': fact(z.looseObject({ company: z.unknown() }), ({ company: told }) => {
    const company = companyIn(told)
    return company ? [{ name: 'company.updated', properties: { company } }] : []
  }),
}

const unsubscribeReasons: Record<string, string> = {
  unsubscribed: 'user',
  bounced: 'bounce',
  manual: 'agent',
}

/** Whether a person may be written to through a channel: an address on or off the list of those who may not. */
function subscriptionParts(
  told: { contact: unknown; channel: string; old_status?: string | null | undefined; new_status: string },
  person: Person,
): Part[] {
  const { channel, old_status, new_status } = told
  const contact = person(told.contact)
  const shared = { channel, ...withoutBlanks({ old_status, new_status }) }
  const isAllowed = new_status === 'contactable'
  const address = channel === 'email' ? contact?.email : contact?.phone
  const suppression = {
    ...shared,
    address_hash: fingerprint((address ?? '').trim().toLowerCase()),
    scope: 'channel',
    reason: isAllowed ? (old_status ?? new_status) : new_status,
  }
  const reason = unsubscribeReasons[new_status]
  return [
    ...(address
      ? [
          about(contact, {
            name: isAllowed ? 'suppression.removed' : 'suppression.added',
            properties: suppression,
          }),
        ]
      : []),
    ...(reason
      ? [about(contact, { name: 'list.unsubscribed', properties: { ...shared, scope: channel, reason } })]
      : []),
  ]
}

/** A person now belongs to a company, or no longer does. */
function companyParts(told: { added: unknown; contact: unknown; company: unknown }, person: Person): Part[] {
  const company = companyIn(told.company)
  const contact = person(told.contact)
  if (!company || !contact) return []
  const belongs = told.added === true || told.added === 1 || told.added === '1'
  const { external_id, name } = company
  const employer = withoutBlanks({ external_id, name })
  const changes = Object.entries(employer).map(([field, value]) => ({
    field: `company.${field}`,
    ...(belongs ? { new: value } : { old: value, new: null }),
  }))
  const known = belongs ? { ...contact, company: { ...contact.company, ...employer } } : contact
  return [about(known, { name: 'contact.updated', properties: { changes } })]
}
