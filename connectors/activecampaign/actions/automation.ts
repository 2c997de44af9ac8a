import { defineAction, z } from '#sdk'
import type { Http } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { readAll } from '../read-all.ts'
import { isSince } from '../recent.ts'

const input = z.object({
  automationId: z
    .string()
    .regex(/^\d+$/, 'is the number of an automation')
    .meta({ label: 'Automation id', help: 'The number in the address of the automation’s page.' }),
  ...person,
})

const entry = z.looseObject({ id: z.string(), automation: z.string(), adddate: z.string().nullish() })
const made = z.looseObject({ contactAutomation: z.looseObject({ id: z.string() }) })

async function entriesOf(http: Http, contact: string, automation: string): Promise<z.output<typeof entry>[]> {
  const path = `api/3/contacts/${encodeURIComponent(contact)}/contactAutomations`
  return (await readAll(http, path, entry)).filter((each) => each.automation === automation)
}

export const addToAutomation = defineAction({
  auth,
  name: 'Add a contact to an automation',
  description: 'The contact enters the automation at its beginning. The automation must be active.',
  // An automation that may be entered several times would run, and write to the person, once more.
  repeat: 'unsafe',
  input,
  async run({ http }, { automationId: automation, ...who }) {
    const contact = await requireContactId(http, who)
    const json = { contactAutomation: { contact, automation } }
    const answer = await http.post('api/3/contactAutomations', { json }).json()
    return { id: made.parse(answer).contactAutomation.id, contactId: contact }
  },
  async confirm({ http }, { automationId, ...who }, { since }) {
    const contact = await requireContactId(http, who)
    const recent = (await entriesOf(http, contact, automationId)).filter(({ adddate }) =>
      isSince(adddate, since),
    )
    const [only] = recent
    return only ? { outcome: 'found', output: { id: only.id, contactId: contact } } : { outcome: 'absent' }
  },
})

export const removeFromAutomation = defineAction({
  auth,
  name: 'Remove a contact from an automation',
  description: 'Ends the contact’s way through the automation. Who is not in it stays out.',
  repeat: 'safe',
  input,
  async run({ http }, { automationId, ...who }) {
    const contact = await requireContactId(http, who)
    const held = await entriesOf(http, contact, automationId)
    for (const { id } of held) {
      await http.delete(`api/3/contactAutomations/${encodeURIComponent(id)}`, { accept: [404] })
    }
    return { contactId: contact, removed: held.length > 0 }
  },
})
