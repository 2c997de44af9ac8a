import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { idText } from '../contact.ts'
import { decodeEntities } from '../decode-entities.ts'
import { person, requireContactId } from '../find-contact.ts'
import { isSince } from '../recent.ts'

const note = z.looseObject({ id: idText, text: z.string().nullish(), dateTime: z.string().nullish() })
const notes = z.looseObject({ notes: z.union([z.record(z.string(), note), z.array(note)]) })

export const addNote = defineAction({
  auth,
  name: 'Add a note',
  description: 'Writes a note onto the timeline of a contact.',
  repeat: 'unsafe',
  input: z.object({
    text: z.string().min(1).meta({ label: 'Text', help: 'Plain text or simple HTML.', html: true }),
    ...person,
    type: z
      .enum(['general', 'email', 'call', 'meeting'])
      .default('general')
      .meta({
        label: 'Kind',
        choices: { general: 'General', email: 'Email', call: 'Call', meeting: 'Meeting' },
      }),
  }),
  async run({ http }, { text, type, ...who }) {
    const lead = Number(await requireContactId(http, who))
    const answer = await http.post('api/notes/new', { json: { lead, text, type } }).json()
    return { id: z.looseObject({ note }).parse(answer).note.id }
  },
  async confirm({ http }, { text, ...who }, { since }) {
    const id = await requireContactId(http, who)
    const query = { limit: 50, orderBy: 'n.dateAdded', orderByDir: 'DESC' }
    const answer = notes.parse(await http.get(`api/contacts/${id}/notes`, { query }).json())
    const recent = Object.values(answer.notes).filter(({ dateTime }) => isSince(dateTime, since))
    const plain = (html: string): string => decodeEntities(html).trim()
    const same = recent.filter((each) => plain(each.text ?? '') === plain(text))
    const [only, another] = same
    if (only && !another) return { outcome: 'found', output: { id: only.id } }
    // Another recent note may be this one, with its HTML tidied up.
    return { outcome: recent.length === 0 ? 'absent' : 'unknown' }
  },
})
