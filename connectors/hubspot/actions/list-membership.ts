import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'

const input = z.object({
  listId: z.string().min(1).meta({
    label: 'List id',
    help: 'In the address of the list’s page. Only lists that people are put on by hand; active lists fill themselves.',
  }),
  ...person,
})

const answered = z.looseObject({ recordIdsMissing: z.array(z.union([z.string(), z.number()])).optional() })

/** Both directions are one request that differs in a word, and both may be sent twice. */
function membership(words: { verb: 'add' | 'remove'; name: string; description: string }) {
  return defineAction({
    auth,
    name: words.name,
    description: words.description,
    repeat: 'safe',
    input,
    async run({ http }, { listId, ...who }) {
      const id = await requireContactId(http, who)
      const path = `crm/v3/lists/${encodeURIComponent(listId)}/memberships/${words.verb}`
      const { recordIdsMissing = [] } = answered.parse(await http.put(path, { json: [id] }).json())
      // HubSpot answers 200 and names the ids that it does not have.
      if (recordIdsMissing.map(String).includes(id)) {
        throw new InputRefusedError(`HubSpot has no contact with the id ${id}.`, 'contactId')
      }
      return { contactId: id, listId }
    },
  })
}

export const addToList = membership({
  verb: 'add',
  name: 'Add a contact to a list',
  description: 'Puts the contact on a list. Who is already on it stays on it.',
})

export const removeFromList = membership({
  verb: 'remove',
  name: 'Remove a contact from a list',
  description: 'Takes the contact off a list. Who is not on it stays off it.',
})
