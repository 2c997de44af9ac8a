import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { contactOf, idText, mauticContact } from './contact.ts'
import type { MauticContact } from './contact.ts'

/** Who an action is about: an id from a step before, or an email that Mautic already knows. */
export const person = {
  contactId: z.string().regex(/^\d+$/, 'is the number of a contact').optional().meta({
    label: 'Contact id',
    help: 'Of an earlier step, such as “Add or update a contact”. Either this or the email.',
  }),
  email: z.email().optional().meta({
    label: 'Email of the contact',
    help: 'The contact must exist in Mautic. Either this or the id.',
    suggest: 'contact.email',
  }),
}

/** Contacts by their number; an empty answer is a list, because PHP writes an empty array so. */
const found = z.looseObject({
  contacts: z.union([z.record(z.string(), mauticContact), z.array(mauticContact)]),
})

type KnownContact = MauticContact & { id: string }

/** The contact with exactly this address; the search by text would find parts of it as well. */
export async function contactByEmail(http: Http, email: string): Promise<KnownContact | undefined> {
  const query = {
    'where[0][col]': 'email',
    'where[0][expr]': 'eq',
    'where[0][val]': email,
    limit: 2,
    minimal: 1,
  }
  const { contacts } = found.parse(await http.get('api/contacts', { query }).json())
  const wanted = email.toLowerCase()
  for (const contact of Object.values(contacts)) {
    const { id } = contact
    if (id && contactOf(contact).email?.toLowerCase() === wanted) return { ...contact, id }
  }
  return undefined
}

/** The contact's id, asked for by email where no step gave it. Throws words for the marketer where there is none. */
export async function requireContactId(
  http: Http,
  { contactId, email }: { contactId?: string; email?: string },
): Promise<string> {
  if (contactId) return contactId
  if (!email) throw new InputRefusedError('Map the contact’s id or email.', 'email')
  const contact = await contactByEmail(http, email)
  if (contact) return contact.id
  throw new InputRefusedError(
    `Mautic has no contact with the email ${email}. Add a step “Add or update a contact” before this one.`,
    'email',
  )
}

/** What every answer about one contact has. */
export const oneContact = z.looseObject({ contact: mauticContact.extend({ id: idText }) })
