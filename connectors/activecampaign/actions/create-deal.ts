import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { dealFields, writtenDeal } from '../deal-fields.ts'
import { person, requireContactId } from '../find-contact.ts'
import { readAll } from '../read-all.ts'
import { isSince } from '../recent.ts'

const input = z
  .object({
    title: z.string().min(1).meta({ label: 'Title' }),
    ...person,
    value: z.number().min(0).default(0).meta({ label: 'Value', suggest: 'event.properties.total' }),
    currency: z
      .string()
      .regex(/^[A-Za-z]{3}$/, 'is three letters, such as EUR')
      .meta({ label: 'Currency', help: 'Three letters, such as EUR.', suggest: 'event.properties.currency' }),
    stage: z.string().optional().meta({
      label: 'Stage id',
      help: 'Without it: the first stage of the pipeline.',
    }),
    group: z.string().optional().meta({
      label: 'Pipeline id',
      help: 'Without it: the stage’s own. One of the two is needed.',
    }),
    ...dealFields,
  })
  .refine(({ stage, group }) => stage || group, {
    path: ['group'],
    error: 'Map the pipeline’s id or the stage’s id.',
  })

const made = z.looseObject({ deal: z.looseObject({ id: z.string() }) })
const heldDeal = z.looseObject({ id: z.string(), title: z.string(), cdate: z.string().nullish() })

export const createDeal = defineAction({
  auth,
  name: 'Create a deal',
  description: 'Makes a new deal for the contact.',
  // ActiveCampaign knows no idempotency key; a doubtful try is looked for instead of repeated.
  repeat: 'unsafe',
  input,
  async run({ http }, { contactId, email, ...deal }) {
    const contact = await requireContactId(http, { contactId, email })
    const json = { deal: { contact, ...writtenDeal(deal) } }
    return { id: made.parse(await http.post('api/3/deals', { json }).json()).deal.id }
  },
  async confirm({ http }, { title, contactId, email }, { since }) {
    const contact = await requireContactId(http, { contactId, email })
    const held = await readAll(http, `api/3/contacts/${encodeURIComponent(contact)}/deals`, heldDeal)
    const recent = held.filter((deal) => isSince(deal.cdate, since))
    const [only, another] = recent.filter((deal) => deal.title.trim() === title.trim())
    if (only && !another) return { outcome: 'found', output: { id: only.id } }
    return { outcome: recent.length === 0 ? 'absent' : 'unknown' }
  },
})
