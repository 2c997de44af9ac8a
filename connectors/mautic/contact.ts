import { withoutBlanks, z } from '#sdk'
import type { ContactDraft } from '#sdk'
import { decodeEntities } from './decode-entities.ts'

/** Numbers, or the same as text, by version and by path of the API. */
export const idText = z.union([z.number(), z.string().min(1)]).transform(String)

/** Fields by group; a group without fields is a list, because PHP writes an empty array so. */
const groups = z.record(z.string(), z.unknown()).catch({})
const group = z.record(z.string(), z.unknown())
const field = z.looseObject({ value: z.unknown(), type: z.string().nullish() })

/** A contact (`lead` in older words) as webhooks and the API show one. */
export const mauticContact = z.looseObject({
  id: idText.nullish(),
  fields: groups.optional(),
  tags: z.unknown().optional(),
  owner: z.looseObject({ id: idText.nullish() }).nullish().catch(undefined),
  stage: z.looseObject({ name: z.string().nullish() }).nullish().catch(undefined),
})
export type MauticContact = z.output<typeof mauticContact>

/** Aliases that the contact model has a place for; everything else goes under `fields`. */
const placed = new Set(
  (
    'email firstname lastname mobile phone company position address1 address2 city state zipcode country ' +
    'preferred_locale timezone points'
  ).split(' '),
)

/** A contact's fields by alias, without those that are empty. Some webhooks have them beside each other, bare. */
export function fieldValues({ fields, ...flat }: MauticContact): Record<string, unknown> {
  if (!fields) {
    const bare = Object.entries(flat).filter(([alias, value]) => placed.has(alias) && value && value !== '')
    return Object.fromEntries(
      bare.map(([alias, value]) => [alias, typeof value === 'string' ? decodeEntities(value) : value]),
    )
  }
  const entries = Object.entries(fields).flatMap(([name, held]): [string, unknown][] => {
    // The API repeats everything in one group more, without types.
    const parsed = name === 'all' ? undefined : group.safeParse(held)
    if (!parsed?.success) return []
    return Object.entries(parsed.data).flatMap(([alias, of]): [string, unknown][] => {
      const value = valueIn(of)
      return value === undefined ? [] : [[alias, value]]
    })
  })
  return Object.fromEntries(entries)
}

function valueIn(held: unknown): unknown {
  const parsed = field.safeParse(held)
  if (!parsed.success) return undefined
  const { value, type } = parsed.data
  if (typeof value !== 'string') return value ?? undefined
  if (value === '') return undefined
  const text = decodeEntities(value)
  return type === 'multiselect' ? text.split('|') : text
}

/**
 * The hub's contact. `id` is given where the contact itself has lost it: a deleted one is sent without. `baseUrl` is
 * where its page is.
 */
export function contactOf(
  contact: MauticContact,
  { id, baseUrl }: { id?: string; baseUrl?: string } = {},
): ContactDraft {
  const values = fieldValues(contact)
  const text = (alias: string): string | undefined => {
    const value = values[alias]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  const external_id = contact.id ?? id
  const others = Object.entries(values).filter(([alias]) => !placed.has(alias))
  const street = [text('address1'), text('address2')].filter(Boolean).join(', ')
  const mobile = text('mobile')
  return withoutBlanks({
    external_id,
    email: text('email'),
    phone: mobile ?? text('phone'),
    first_name: text('firstname'),
    last_name: text('lastname'),
    // `pt_PT` is how PHP writes it.
    locale: text('preferred_locale')?.replaceAll('_', '-'),
    timezone: text('timezone'),
    address: {
      street,
      city: text('city'),
      region: text('state'),
      postal_code: text('zipcode'),
      country: text('country'),
    },
    company: { name: text('company'), role_title: text('position') },
    lifecycle_stage: contact.stage?.name ?? undefined,
    owner: { agent_id: contact.owner?.id ?? undefined },
    tags: tagsIn(contact.tags),
    url: baseUrl && external_id ? `${baseUrl}/s/contacts/view/${external_id}` : undefined,
    fields: Object.fromEntries([...others, ...(mobile && text('phone') ? [['phone', text('phone')]] : [])]),
  })
}

/** Names, or objects with one; older versions send as many empty lists as there are tags. */
function tagsIn(tags: unknown): string[] | undefined {
  if (!Array.isArray(tags)) return undefined
  const named = z.looseObject({ tag: z.string() })
  const names = tags.flatMap((tag: unknown) => {
    const parsed = named.safeParse(tag)
    const name = parsed.success ? parsed.data.tag : tag
    return typeof name === 'string' && name !== '' ? [decodeEntities(name)] : []
  })
  return names.length > 0 ? names : undefined
}
