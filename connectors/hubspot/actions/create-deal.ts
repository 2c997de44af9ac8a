import { defineAction, z } from '#sdk'
import { associate } from '../associate.ts'
import { auth } from '../auth.ts'
import { findContactId, person } from '../find-contact.ts'

const input = z.object({
  dealname: z.string().min(1).meta({ label: 'Deal name' }),
  pipeline: z
    .string()
    .min(1)
    .default('default')
    .meta({ label: 'Pipeline', help: 'The pipeline’s id; the first one is called default.' }),
  dealstage: z
    .string()
    .min(1)
    .meta({ label: 'Stage', help: 'The stage’s id, such as appointmentscheduled.' }),
  amount: z.number().optional().meta({ label: 'Amount', suggest: 'event.properties.total' }),
  deal_currency_code: z.string().optional().meta({
    label: 'Currency',
    help: 'Only in accounts with several currencies.',
  }),
  closedate: z.string().optional().meta({ label: 'Close date' }),
  hubspot_owner_id: z.string().optional().meta({ label: 'Owner id' }),
  ...person,
  properties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ label: 'Other properties' }),
})

const made = z.looseObject({ id: z.string() })

export const createDeal = defineAction({
  auth,
  name: 'Create a deal',
  description: 'Makes a new deal, connected with the contact where you map one.',
  // HubSpot knows no idempotency key; a doubtful try is looked for instead of repeated.
  repeat: 'unsafe',
  input,
  async run({ http }, { contactId, email, properties, amount, ...named }) {
    const contact = await findContactId(http, { contactId, email })
    const values = { ...named, ...(amount === undefined ? {} : { amount: String(amount) }), ...properties }
    const json = { properties: values, associations: associate('dealToContact', contact) }
    return { id: made.parse(await http.post('crm/v3/objects/deals', { json }).json()).id }
  },
  async confirm({ http }, { dealname, pipeline }, { since }) {
    const filters = [
      { propertyName: 'dealname', operator: 'EQ', value: dealname },
      { propertyName: 'pipeline', operator: 'EQ', value: pipeline },
      { propertyName: 'createdate', operator: 'GTE', value: String(since.getTime()) },
    ]
    const json = { filterGroups: [{ filters }], properties: ['dealname'], limit: 2 }
    const answer = await http.post('crm/v3/objects/deals/search', { json, reads: true }).json()
    const { results } = z.looseObject({ results: z.array(made) }).parse(answer)
    const [only, another] = results
    // HubSpot's search runs behind by seconds or minutes, so that not finding proves nothing; and two deals of one
    // name in one moment may be somebody else's.
    if (!only || another) return { outcome: 'unknown' }
    return { outcome: 'found', output: { id: only.id } }
  },
})
