import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { contactFields, heldFields, refuseUnknownFields, writtenContact } from '../contact-fields.ts'
import { contactByEmail, oneContact, person, requireContactId } from '../find-contact.ts'

const input = z.object({ ...person, ...contactFields })

export const updateContact = defineAction({
  auth,
  name: 'Update a contact',
  description: 'Changes a contact that exists, and makes none. Unmapped fields stay as they are.',
  repeat: 'safe',
  input,
  async run({ http }, { contactId, email, ...fields }) {
    const id = await requireContactId(http, { contactId, email })
    // PUT would empty what is not mapped, and make a contact where there is none.
    const answer = await http.patch(`api/contacts/${id}/edit`, { json: writtenContact(fields) })
    const { contact } = oneContact.parse(answer.json())
    refuseUnknownFields(fields.fields, contact)
    return { id: contact.id }
  },
  async current({ http }, { contactId, email, ...fields }) {
    if (!contactId) {
      const known = email ? await contactByEmail(http, email) : undefined
      return known ? heldFields(known, fields) : {}
    }
    const answer = await http.get(`api/contacts/${contactId}`, { accept: [404] })
    return answer.status === 404 ? {} : heldFields(oneContact.parse(answer.json()).contact, fields)
  },
})
