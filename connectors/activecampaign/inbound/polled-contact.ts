import { withoutBlanks, z } from '#sdk'
import type { ContactDraft, EventDraft, NormaliseContext, Snapshot } from '#sdk'
import { idOf } from '../contact.ts'

const text = z.string().nullish()

/** A person as the API lists one. Custom fields and tags are not part of it. */
export const apiContact = z.looseObject({
  id: z.string().min(1),
  email: text,
  firstName: text,
  lastName: text,
  phone: text,
  cdate: text,
  udate: text,
})

/** What a poll brings: one person, and what the answer says about them. */
export const polledContact = z.strictObject({
  /** `created`: they are new. `state`: what is known of them now. */
  says: z.enum(['created', 'state']),
  /** They came into the account within the time that was asked about. */
  isNew: z.boolean(),
  contact: apiContact,
})
export type PolledContact = z.output<typeof polledContact>

/** A page of people; those who are new tell two facts, that they came and what they are like. */
export function splitPage(page: unknown): readonly unknown[] {
  const parsed = z.looseObject({ since: z.string(), contacts: z.array(z.unknown()) }).safeParse(page)
  if (!parsed.success) return [page]
  const since = Date.parse(parsed.data.since)
  return parsed.data.contacts.flatMap((contact) => {
    const known = apiContact.safeParse(contact)
    const isNew = known.success && Date.parse(known.data.cdate ?? '') >= since
    const state = { says: 'state', isNew, contact }
    return isNew ? [{ says: 'created', isNew, contact }, state] : [state]
  })
}

/** Somebody comes once; their data may change at any time. */
export function polledKey({ says, contact }: PolledContact): string {
  return `contact ${contact.id} ${says === 'created' ? 'created' : (contact.udate ?? 'at some time')}`
}

export function polledSnapshot({ says, contact }: PolledContact): Snapshot | undefined {
  if (says === 'created') return undefined
  const { email, firstName, lastName, phone } = contact
  return contactSnapshot(contact.id, { email, first_name: firstName, last_name: lastName, phone })
}

/** What webhook and poll both know of a person, and, from a webhook, the custom fields beside it. */
export function contactSnapshot(id: string, fields: Record<string, unknown>): Snapshot {
  return { id: `contact ${id}`, fields }
}

/**
 * Somebody new, or changed data with what changed. The first that is heard of somebody new is no change.
 */
export function normalisePolled(
  { says, isNew, contact }: PolledContact,
  { receivedAt, changed }: NormaliseContext,
): EventDraft[] {
  const person = contactOf(contact)
  if (says === 'created') {
    return [{ name: 'contact.created', occurred_at: timeOf(contact.cdate, receivedAt), contact: person }]
  }
  if (isNew && !changed) return []
  const changes = (changed ?? []).map((field) => ({ field, new: valueOf(person, field) }))
  const occurred_at = timeOf(contact.udate, receivedAt)
  return [{ name: 'contact.updated', occurred_at, contact: person, properties: { changes } }]
}

function contactOf({ id, email, firstName, lastName, phone }: z.output<typeof apiContact>): ContactDraft {
  return withoutBlanks({
    external_id: idOf(id),
    email,
    first_name: firstName,
    last_name: lastName,
    phone,
  })
}

function valueOf({ email, first_name, last_name, phone }: ContactDraft, field: string): string | null {
  const values: Record<string, string | undefined> = { email, first_name, last_name, phone }
  return values[field] ?? null
}

/** `udate` and `cdate` carry an offset; the fields that call themselves `utc` do not and are not. */
function timeOf(at: string | null | undefined, otherwise: Date): string {
  const time = at ? Date.parse(at) : Number.NaN
  return new Date(Number.isNaN(time) ? otherwise : time).toISOString()
}
