import { defineAction, InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { readAll } from '../read-all.ts'

const listId = z
  .string()
  .regex(/^\d+$/, 'is the number of a list')
  .meta({ label: 'List id', help: 'The number in the address of the list’s page.' })

const status = { active: 1, unsubscribed: 2 }
/** What ActiveCampaign wants to be told where somebody who left comes back. */
const comesBack = 4

const membership = z.looseObject({
  id: z.string(),
  list: z.string(),
  status: z.union([z.string(), z.number()]).transform(Number),
})

/** Lists are named by numbers, and compared as texts everywhere else. */
const body = (contact: string, list: string, wanted: number, sourceid?: number) => ({
  contactList: { list, contact, status: wanted, ...(sourceid === undefined ? {} : { sourceid }) },
})

export const subscribeToList = defineAction({
  auth,
  name: 'Subscribe a contact to a list',
  description: 'Puts the contact on a list. Who is already on it stays on it.',
  repeat: 'safe',
  input: z.object({
    listId,
    ...person,
    resubscribe: z.boolean().default(false).meta({
      label: 'Also who unsubscribed',
      help: 'Only with proof that the person asked for it again. Otherwise people who left the list are refused.',
    }),
  }),
  async run({ http }, { listId: list, resubscribe, ...who }) {
    const contact = await requireContactId(http, who)
    const hasLeft = await leftList(http, contact, list)
    // ActiveCampaign itself would subscribe them again without a word.
    if (hasLeft && !resubscribe) {
      throw new InputRefusedError(
        `This contact has unsubscribed from list ${list} and is not subscribed again. Allow it with “Also who unsubscribed”.`,
        'resubscribe',
      )
    }
    const json = body(contact, list, status.active, hasLeft ? comesBack : undefined)
    await http.post('api/3/contactLists', { json })
    return { contactId: contact, listId: list }
  },
})

async function leftList(http: Http, contact: string, list: string): Promise<boolean> {
  const path = `api/3/contacts/${encodeURIComponent(contact)}/contactLists`
  const memberships = await readAll(http, path, membership)
  return memberships.some((held) => held.list === list && held.status === status.unsubscribed)
}

export const unsubscribeFromList = defineAction({
  auth,
  name: 'Unsubscribe a contact from a list',
  description: 'The contact gets no more campaigns of this list.',
  repeat: 'safe',
  input: z.object({ listId, ...person }),
  async run({ http }, { listId: list, ...who }) {
    const contact = await requireContactId(http, who)
    await http.post('api/3/contactLists', { json: body(contact, list, status.unsubscribed) })
    return { contactId: contact, listId: list }
  },
})
