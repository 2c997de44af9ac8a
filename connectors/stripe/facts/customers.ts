import { z } from '#sdk'
import type { ContactDraft } from '#sdk'
import { draft, fact, maybeText, metadata } from '../fact.ts'
import type { StripeEvent } from '../fact.ts'
import { address, contactOf } from '../stripe-contact.ts'

const customer = z.looseObject({
  id: z.string(),
  email: maybeText,
  name: maybeText,
  phone: maybeText,
  address,
  description: maybeText,
  preferred_locales: z.array(z.string()).nullish(),
  metadata,
})
type Customer = z.output<typeof customer>

/** A customer of Stripe's as the hub's contact; also used for the answer of the API. */
export function contactOfCustomer(object: unknown): ContactDraft | undefined {
  const parsed = customer.safeParse(object)
  return parsed.success ? personOf(parsed.data) : undefined
}

export const customerFacts = {
  'customer.created': fact(customer, (person) => [
    draft('contact.created', personOf(person), { description: person.description }),
  ]),
  'customer.updated': fact(customer, (person, event) => [
    draft('contact.updated', personOf(person), { changes: changesOf(person, event) }),
  ]),
  'customer.deleted': fact(customer, (person) => [draft('contact.deleted', personOf(person), {})]),
}

const personOf = (person: Customer): ContactDraft =>
  contactOf({ ...person, locale: person.preferred_locales?.[0], fields: person.metadata })

const ourNames: Record<string, string> = {
  name: 'full_name',
  metadata: 'fields',
  preferred_locales: 'locale',
}

function changesOf(person: Customer, { data }: StripeEvent): { field: string; old: unknown; new: unknown }[] {
  const before = Object.entries(data.previous_attributes ?? {})
  return before.map(([field, old]) => ({ field: ourNames[field] ?? field, old, new: person[field] ?? null }))
}
