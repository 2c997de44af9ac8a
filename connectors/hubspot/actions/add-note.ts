import { defineAction, z } from '#sdk'
import { associate } from '../associate.ts'
import { auth } from '../auth.ts'
import { findContactId, person } from '../find-contact.ts'

export const addNote = defineAction({
  auth,
  name: 'Add a note',
  description: 'Writes a note onto the timeline of a contact or a deal.',
  repeat: 'unsafe',
  input: z.object({
    body: z
      .string()
      .min(1)
      .max(65_536)
      .meta({ label: 'Text', help: 'Plain text or simple HTML.', html: true }),
    ...person,
    dealId: z.string().optional().meta({ label: 'Deal id', suggest: 'event.properties.deal_id' }),
  }),
  async run({ http, now }, { body, dealId, ...who }) {
    const contact = await findContactId(http, who)
    const associations = [...associate('noteToContact', contact), ...associate('noteToDeal', dealId)]
    const json = { properties: { hs_note_body: body, hs_timestamp: now.toISOString() }, associations }
    const { id } = z
      .looseObject({ id: z.string() })
      .parse(await http.post('crm/v3/objects/notes', { json }).json())
    return { id }
  },
})
