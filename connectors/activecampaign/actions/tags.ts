import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { findTagId, requireTagId } from '../find-tag.ts'
import { readAll } from '../read-all.ts'

const input = z.object({
  tag: z.string().trim().min(1).meta({ label: 'Tag', help: 'Its name. A tag that is new is made.' }),
  ...person,
})

const made = z.looseObject({ contactTag: z.looseObject({ id: z.string() }) })
const tie = z.looseObject({ id: z.string(), tag: z.string() })

export const addTag = defineAction({
  auth,
  name: 'Add a tag to a contact',
  description: 'Puts a tag on the contact. Who already has it keeps it.',
  repeat: 'safe',
  input,
  async run({ http }, { tag, ...who }) {
    const contact = await requireContactId(http, who)
    const id = await requireTagId(http, tag)
    const answer = await http.post('api/3/contactTags', { json: { contactTag: { contact, tag: id } } }).json()
    return { contactId: contact, tagId: id, contactTagId: made.parse(answer).contactTag.id }
  },
})

export const removeTag = defineAction({
  auth,
  name: 'Remove a tag from a contact',
  description: 'Takes a tag off the contact. Who does not have it stays without.',
  repeat: 'safe',
  input: input.extend({ tag: z.string().trim().min(1).meta({ label: 'Tag', help: 'Its name.' }) }),
  async run({ http }, { tag, ...who }) {
    const contact = await requireContactId(http, who)
    const id = await findTagId(http, tag)
    if (!id) return { contactId: contact, removed: false }
    // What is deleted is the tie between the two, which has a number of its own.
    const path = `api/3/contacts/${encodeURIComponent(contact)}/contactTags`
    const ties = (await readAll(http, path, tie)).filter((each) => each.tag === id)
    for (const each of ties) {
      await http.delete(`api/3/contactTags/${encodeURIComponent(each.id)}`, { accept: [404] })
    }
    return { contactId: contact, removed: ties.length > 0 }
  },
})
