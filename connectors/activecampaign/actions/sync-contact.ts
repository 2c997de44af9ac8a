import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { fieldIds, fieldValue, readValue, writtenValue } from '../custom-fields.ts'
import { contactByEmail } from '../find-contact.ts'
import { readAll } from '../read-all.ts'

const text = (label: string, suggest: string) => z.string().optional().meta({ label, suggest })

const input = z.object({
  email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
  firstName: text('First name', 'contact.first_name'),
  lastName: text('Last name', 'contact.last_name'),
  phone: text('Phone', 'contact.phone'),
  fields: z.record(z.string(), fieldValue).optional().meta({
    label: 'Custom fields',
    help: 'By personalisation tag, title or number. Several choices of one field are a list.',
  }),
})

const synced = z.looseObject({ contact: z.looseObject({ id: z.string() }) })
const heldValue = z.looseObject({ id: z.string(), field: z.string(), value: z.string().nullish() })

export const syncContact = defineAction({
  auth,
  name: 'Add or update a contact',
  description:
    'Finds the contact by email and fills in the fields you map. Unmapped fields stay as they are. It puts nobody on a list.',
  // Keyed by the email: a second try finds what the first one made.
  repeat: 'safe',
  input,
  async run({ http }, { fields = {}, ...named }) {
    const ids = await fieldIds(http, Object.keys(fields))
    const fieldValues = Object.entries(fields).map(([name, value]) => ({
      field: ids.get(name),
      value: writtenValue(value),
    }))
    const contact = { ...named, ...(fieldValues.length > 0 ? { fieldValues } : {}) }
    const answer = await http.post('api/3/contact/sync', { json: { contact } })
    return { id: synced.parse(answer.json()).contact.id }
  },
  async current({ http }, { email, fields = {} }) {
    const contact = await contactByEmail(http, email)
    if (!contact) return {}
    const { firstName, lastName, phone } = contact
    const own = Object.entries({ email: contact.email, firstName, lastName, phone }).filter(
      ([, held]) => held,
    )
    const names = Object.keys(fields)
    if (names.length === 0) return Object.fromEntries(own)
    const ids = await fieldIds(http, names)
    const path = `api/3/contacts/${encodeURIComponent(contact.id)}/fieldValues`
    const heldValues = await readAll(http, path, heldValue)
    const held = new Map(heldValues.map(({ field, value }) => [field, value]))
    const custom = names.flatMap((name) => {
      const value = held.get(ids.get(name) ?? '')
      return value ? [[name, readValue(value)]] : []
    })
    return {
      ...Object.fromEntries(own),
      ...(custom.length > 0 ? { fields: Object.fromEntries(custom) } : {}),
    }
  },
})
