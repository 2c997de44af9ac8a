import type { ContactDraft, EventDraft, z } from '#sdk'

/** An event without its time, which all facts have in the same place. */
export type Part = Omit<EventDraft, 'occurred_at'>

/** Makes the hub's contact of Mautic's; `id` where the contact itself has lost it. */
export type Person = (contact: unknown, id?: string) => ContactDraft | undefined

/** How one kind of fact is read. `undefined`, or an empty list: it lacks what its word needs. */
export type ReadFact = (told: unknown, person: Person) => Part[] | undefined

export function fact<S extends z.ZodType>(
  schema: S,
  read: (told: z.output<S>, person: Person) => Part[],
): ReadFact {
  return (told, person) => {
    const parsed = schema.safeParse(told)
    return parsed.success ? read(parsed.data, person) : undefined
  }
}

/** A part with its contact, if there is one. */
export function about(contact: ContactDraft | undefined, part: Omit<Part, 'contact'>): Part {
  return contact ? { ...part, contact } : part
}
