import type { EventDraft } from '#sdk'
import type { Claim } from './contact-identities.ts'
import { identityKey } from './contact-store.ts'
import type { Contact, FieldValue } from './contact-store.ts'

/** What an event makes of a contact. */
export interface Applied {
  contact: Contact
  changes: { field: string; old: unknown; new: unknown }[]
}

/** Fields that are not data of the person but names, and are kept as identities. */
const NAMES = new Set(['external_id', 'anonymous_id', 'tags'])

/**
 * A contact is read and written with every event of it and has to fit into one document, whatever is sent: what is
 * longer, or one too many, stays with its event.
 */
const FIELD_CHARS_MAX = 50_000
const PROFILE_CHARS_MAX = 500_000
const TAG_CHARS_MAX = 500
const TAGS_MAX = 2_000
/** The clocks of several processes may be this far apart, and more. */
const CLOCKS_DIFFER_MS = 60_000
const IDENTITIES_MAX = 2_000

/**
 * Lays what an event says over what is known. A blank never overwrites knowledge, and an older fact that arrives late
 * does not overwrite a newer one. `claims` are the identities that the draft carries, `free` those among them that
 * nobody has yet. Returns the same contact where nothing changes. Tags carry no time: a fact that this contact has heard
 * before (`isRepeat`) says nothing new about them.
 */
export function applyDraft(
  contact: Contact,
  draft: EventDraft,
  { claims, free }: { claims: readonly Claim[]; free: readonly Claim[] },
  source: string,
  { receivedAt, now, isRepeat = false }: { receivedAt: Date; now: Date; isRepeat?: boolean },
): Applied {
  // A clock that is ahead must not keep anybody from being believed until then: neither the sender's nor, once it has
  // been put right, our own.
  const arrived = receivedAt.toISOString()
  const saidAt = draft.occurred_at < arrived ? draft.occurred_at : arrived
  const latest = new Date(now.getTime() + CLOCKS_DIFFER_MS).toISOString()
  const isOutdated = (field: string) => {
    const changedAt = contact.profile[field]?.changedAt ?? ''
    return changedAt > saidAt && changedAt <= latest
  }
  const changes: Applied['changes'] = []
  const profile: Record<string, FieldValue> = { ...contact.profile }
  let room: number | undefined
  for (const [field, value] of fieldsOf(draft)) {
    const known = profile[field]
    if (known && (isOutdated(field) || sameValue(known.value, value))) continue
    const size = sizeOf(field, value)
    const growth = known ? size - sizeOf(field, known.value) : size
    room ??= roomIn(contact)
    if (size > FIELD_CHARS_MAX || (growth > 0 && growth > room)) continue
    room -= growth
    profile[field] = { value, source, changedAt: saidAt }
    changes.push({ field, old: known?.value ?? null, new: value })
  }

  const known = new Set(contact.identities.map(identityKey))
  const added = free
    .filter((claim) => !known.has(identityKey(claim)))
    .slice(0, Math.max(0, IDENTITIES_MAX - contact.identities.length))
  for (const claim of added) changes.push({ field: `identity.${claim.type}`, old: null, new: claim.value })

  const tags = isRepeat ? contact.tags : tagsAfter(contact.tags, draft)
  if (!sameValue(tags, contact.tags)) changes.push({ field: 'tags', old: contact.tags, new: tags })
  if (changes.length === 0) return { contact, changes }

  // An address that belongs to somebody else is not shown as this contact's.
  const owned = claims.filter((claim) => added.includes(claim) || known.has(identityKey(claim)))
  const email = owned.find(({ type }) => type === 'email')?.value
  const phone = owned.find(({ type }) => type === 'phone')?.value
  return {
    contact: {
      ...contact,
      profile,
      tags,
      identities: [...contact.identities, ...added.map((claim) => ({ ...claim, firstSeenAt: now, source }))],
      ...(email && !(contact.email && isOutdated('email')) ? { email } : {}),
      ...(phone && !(contact.phone && isOutdated('phone')) ? { phone } : {}),
      revision: contact.revision + 1,
      updatedAt: now,
    },
    changes,
  }
}

function* fieldsOf({ contact }: EventDraft): Generator<[string, unknown]> {
  for (const [field, value] of Object.entries(contact ?? {})) {
    if (NAMES.has(field)) continue
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        if (!isBlank(innerValue)) yield [`${field}.${inner}`, innerValue]
      }
    } else if (!isBlank(value)) {
      yield [field, value]
    }
  }
}

function tagsAfter(tags: string[], { name, contact, properties }: EventDraft): string[] {
  const tag = typeof properties?.['tag'] === 'string' ? properties['tag'] : undefined
  if (name === 'contact.tag_removed') return tags.filter((known) => known !== tag)
  const said = [...(contact?.tags ?? []), ...(name === 'contact.tag_added' && tag ? [tag] : [])]
  const added = said.filter((each) => each.length <= TAG_CHARS_MAX)
  if (added.length === 0) return tags
  return [...new Set([...tags, ...added])].slice(0, Math.max(TAGS_MAX, tags.length))
}

function roomIn({ profile }: Contact): number {
  let room = PROFILE_CHARS_MAX
  for (const [field, { value }] of Object.entries(profile)) room -= sizeOf(field, value)
  return room
}

function sizeOf(field: string, value: unknown): number {
  return field.length + (typeof value === 'string' ? value.length : JSON.stringify(value).length)
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function sameValue(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right)
}
