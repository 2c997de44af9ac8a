import { InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'

/** Who an action is about: an id from a step before, or an email that HubSpot already knows. */
export const person = {
  contactId: z.string().min(1).optional().meta({
    label: 'Contact id',
    help: 'Of an earlier step, such as “Add or update a contact”. Either this or the email.',
  }),
  email: z.email().optional().meta({
    label: 'Email of the contact',
    help: 'The contact must exist in HubSpot. Either this or the id.',
    suggest: 'contact.email',
  }),
}

const found = z.looseObject({ id: z.string() })

/** The contact's id, asked for by email where no step gave it. Nothing where neither is mapped. */
export async function findContactId(
  http: Http,
  { contactId, email }: { contactId?: string; email?: string },
): Promise<string | undefined> {
  if (contactId || !email) return contactId
  const path = `crm/v3/objects/contacts/${encodeURIComponent(email)}`
  const answer = await http.get(path, { query: { idProperty: 'email' }, accept: [404] })
  if (answer.status === 404) {
    throw new InputRefusedError(
      `HubSpot has no contact with the email ${email}. Add a step “Add or update a contact” before this one.`,
      'email',
    )
  }
  return found.parse(answer.json()).id
}

/** The same for actions that cannot do without. */
export async function requireContactId(
  http: Http,
  input: { contactId?: string; email?: string },
): Promise<string> {
  const id = await findContactId(http, input)
  if (id) return id
  throw new InputRefusedError('Map the contact’s id or email.', 'email')
}
