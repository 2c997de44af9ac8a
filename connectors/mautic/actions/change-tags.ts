import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { tagName } from '../tag-names.ts'

export const changeTags = defineAction({
  auth,
  name: 'Add or remove tags',
  description: 'Puts tags on a contact and takes others off. Tags you do not name stay as they are.',
  repeat: 'safe',
  input: z.object({
    ...person,
    add: z.array(tagName).default([]).meta({ label: 'Tags to add' }),
    remove: z.array(tagName).default([]).meta({ label: 'Tags to remove' }),
  }),
  async run({ http }, { add, remove, ...who }) {
    const tags = [...add, ...remove.map((tag) => `-${tag}`)]
    if (tags.length === 0) throw new InputRefusedError('Map at least one tag to add or to remove.', 'add')
    const id = await requireContactId(http, who)
    await http.patch(`api/contacts/${id}/edit`, { json: { tags } })
    return { contactId: id }
  },
})
