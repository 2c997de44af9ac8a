import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'
import { person, requireContactId } from '../find-contact.ts'
import { readAll } from '../read-all.ts'
import { isSince } from '../recent.ts'

const input = z.object({
  note: z.string().min(1).meta({ label: 'Text', prose: true }),
  ...person,
  dealId: z.string().optional().meta({
    label: 'Deal id',
    help: 'Then the note stands on the deal and not on the contact.',
    suggest: 'event.properties.deal_id',
  }),
})

const made = z.looseObject({ note: z.looseObject({ id: z.string() }) })
const heldNote = z.looseObject({ id: z.string(), note: z.string(), cdate: z.string().nullish() })

export const addNote = defineAction({
  auth,
  name: 'Add a note',
  description: 'Writes a note onto a contact or a deal.',
  repeat: 'unsafe',
  input,
  async run({ http }, { note, dealId, ...who }) {
    if (dealId) {
      const path = `api/3/deals/${encodeURIComponent(dealId)}/notes`
      return { id: made.parse(await http.post(path, { json: { note: { note } } }).json()).note.id }
    }
    if (!who.contactId && !who.email) {
      throw new InputRefusedError('Map the contact’s id or email, or a deal’s id.', 'email')
    }
    const relid = await requireContactId(http, who)
    const json = { note: { note, relid, reltype: 'Subscriber' } }
    return { id: made.parse(await http.post('api/3/notes', { json }).json()).note.id }
  },
  async confirm({ http }, { note, dealId, ...who }, { since }) {
    const of = dealId
      ? `deals/${encodeURIComponent(dealId)}`
      : `contacts/${encodeURIComponent(await requireContactId(http, who))}`
    const held = await readAll(http, `api/3/${of}/notes`, heldNote)
    const recent = held.filter(({ cdate }) => isSince(cdate, since))
    const same = recent.filter((each) => each.note.trim() === note.trim())
    const [only, another] = same
    if (only && !another) return { outcome: 'found', output: { id: only.id } }
    // Another recent note may be this one, with its text tidied up.
    return { outcome: recent.length === 0 ? 'absent' : 'unknown' }
  },
})
