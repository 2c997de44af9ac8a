import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'

/** Who an action is about: an id from a step before, or an email that ActiveCampaign already knows. */
export const person = {
  contactId: z.string().min(1).optional().meta({
    label: 'Contact id',
    help: 'Of an earlier step, such as “Add or update a contact”. Either this or the email.',
  }),
  email: z.email().optional().meta({
    label: 'Email of the contact',
    help: 'The contact must exist in ActiveCampaign. Either this or the id.',
    suggest: 'contact.email',
  }),
}

const apiContact = z.looseObject({
  id: z.string(),
  email: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  phone: z.string().nullish(),
})
const found = z.looseObject({ contacts: z.array(apiContact) })

/** The contact with exactly this address, if there is one. */
export async function contactByEmail(
  http: Http,
  email: string,
): Promise<z.output<typeof apiContact> | undefined> {
  const { contacts } = found.parse(await http.get('api/3/contacts', { query: { email } }).json())
  const wanted = email.toLowerCase()
  return contacts.find((contact) => contact.email?.toLowerCase() === wanted)
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
    `ActiveCampaign has no contact with the email ${email}. Add a step “Add or update a contact” before this one.`,
    'email',
  )
}
