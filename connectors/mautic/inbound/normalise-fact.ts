import type { EventDraft, NormaliseContext } from '#sdk'
import { addressOf } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { contactOf, mauticContact } from '../contact.ts'
import { activityFacts } from './activity-facts.ts'
import type { MauticFact } from './batch.ts'
import { contactFacts } from './contact-facts.ts'
import { about } from './fact-reader.ts'
import type { Part, Person } from './fact-reader.ts'

const facts = { ...contactFacts, ...activityFacts }

/** One fact in the vocabulary; what the vocabulary has no word for goes on under Mautic's own name. */
export function normaliseFact(
  { type, event }: MauticFact,
  { receivedAt, auth }: NormaliseContext<Credentials>,
): EventDraft[] {
  // Without the connection's settings (a payload read by itself) there is no page to point to.
  const baseUrl = auth.baseUrl ? addressOf(auth) : undefined
  const person: Person = (contact, id) => {
    const parsed = mauticContact.safeParse(contact)
    if (!parsed.success) return undefined
    const known = contactOf(parsed.data, { ...(id ? { id } : {}), ...(baseUrl ? { baseUrl } : {}) })
    return Object.keys(known).length > 0 ? known : undefined
  }
  const occurred_at = timeOf(event.timestamp) ?? receivedAt.toISOString()
  const parts = (Object.hasOwn(facts, type) ? facts[type]?.(event, person) : undefined) ?? []
  return (parts.length > 0 ? parts : [unnamed(type, event, person)]).map(({ context, ...part }) => ({
    occurred_at,
    actor: 'provider',
    ...part,
    ...(context && Object.keys(context).length > 0 ? { context } : {}),
  }))
}

function unnamed(type: string, event: Record<string, unknown>, person: Person): Part {
  const { contact, ...told } = event
  return about(person(contact), { name: 'custom.event', properties: { name: type, properties: told } })
}

function timeOf(at: string | null | undefined): string | undefined {
  const time = at ? Date.parse(at) : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
