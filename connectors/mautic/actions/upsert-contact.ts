import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { contactFields, heldFields, refuseUnknownFields, writtenContact } from '../contact-fields.ts'
import { contactByEmail, oneContact } from '../find-contact.ts'
import { tagName } from '../tag-names.ts'

const input = z.object({
  email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
  ...contactFields,
  tags: z.array(tagName).optional().meta({ label: 'Tags to add', help: 'Tags that are there stay.' }),
})

const path = 'api/contacts/new'

/** Blanks overwrite nothing: each field that is mapped holds something, or is not sent. */
const bodyOf = ({ email, tags, ...fields }: z.output<typeof input>) => ({
  email,
  ...writtenContact(fields),
  ...(tags && tags.length > 0 ? { tags } : {}),
  overwriteWithBlank: false,
})

export const upsertContact = defineAction({
  auth,
  name: 'Add or update a contact',
  description:
    'Finds the contact by email and fills in the fields you map. Unmapped fields stay as they are. If you marked other fields as unique in Mautic, a match on them counts too.',
  // Mautic finds the contact of a first try by its unique fields, of which the email is one.
  repeat: 'safe',
  input,
  request: (mapped) => ({ method: 'POST', path, json: bodyOf(mapped) }),
  async run({ http }, mapped) {
    const answer = await http.post(path, { json: bodyOf(mapped) })
    const { contact } = oneContact.parse(answer.json())
    refuseUnknownFields(mapped.fields, contact)
    return { id: contact.id, created: answer.status === 201 }
  },
  async current({ http }, mapped) {
    const contact = await contactByEmail(http, mapped.email)
    return contact ? { email: mapped.email, ...heldFields(contact, mapped) } : {}
  },
})
