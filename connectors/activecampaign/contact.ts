import { withoutBlanks, z } from '#sdk'
import type { ContactDraft } from '#sdk'

/* A form knows no numbers and no null: everything is text, and what is empty is an empty text. */
export const maybeText = z.string().nullish()

/** A person as webhooks tell of one. Custom fields stand under their personalisation tags. */
export const hookContact = z
  .looseObject({
    id: maybeText,
    email: maybeText,
    first_name: maybeText,
    last_name: maybeText,
    phone: maybeText,
    ip: maybeText,
    tags: maybeText,
    orgname: maybeText,
    customer_acct_name: maybeText,
    fields: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  })
  .nullish()

export type HookContact = z.output<typeof hookContact>

/** A webhook's person as the hub's contact; empty where the webhook is about nobody. */
export function contactOfHook(contact: HookContact): ContactDraft {
  if (!contact) return {}
  const fields = Object.entries(contact.fields ?? {}).map(([name, value]) => [name, choicesIn(value)])
  return withoutBlanks({
    external_id: idOf(contact.id),
    email: contact.email,
    first_name: contact.first_name,
    last_name: contact.last_name,
    phone: contact.phone,
    // Accounts are the newer form of organisations; of the two the filled one is meant.
    company: { name: contact.customer_acct_name || contact.orgname },
    tags: contact.tags ? tagsIn(contact.tags) : undefined,
    fields: Object.fromEntries(fields),
  })
}

/** Where the vendor has nobody and nothing, it writes the number zero. */
export function idOf(id: string | null | undefined): string | undefined {
  return id && id !== '0' ? id : undefined
}

/** An address of a person, where the vendor knows it. */
export function ipOf(contact: HookContact): string | undefined {
  return contact?.ip && contact.ip !== '0.0.0.0' ? contact.ip : undefined
}

const tagsIn = (tags: string): string[] =>
  tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')

/** Several choices of one field are written `||red||blue||`. */
function choicesIn(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\|\|.*\|\|$/s.test(value)) return value
  return value.split('||').filter((choice) => choice !== '')
}
