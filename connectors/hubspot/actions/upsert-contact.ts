import { defineAction, InputRefusedError, z } from '#sdk'
import { auth } from '../auth.ts'

const text = (label: string, suggest: string) => z.string().optional().meta({ label, suggest })

const input = z.object({
  email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
  firstname: text('First name', 'contact.first_name'),
  lastname: text('Last name', 'contact.last_name'),
  phone: text('Phone', 'contact.phone'),
  company: text('Company name', 'contact.company.name'),
  jobtitle: text('Job title', 'contact.company.role_title'),
  website: z.string().optional().meta({ label: 'Website' }),
  address: text('Street', 'contact.address.street'),
  city: text('City', 'contact.address.city'),
  state: text('Region', 'contact.address.region'),
  zip: text('Postal code', 'contact.address.postal_code'),
  country: text('Country', 'contact.address.country'),
  lifecyclestage: z.string().optional().meta({
    label: 'Lifecycle stage',
    help: 'HubSpot’s internal name, such as lead or customer. HubSpot does not move a contact backwards.',
    suggest: 'contact.lifecycle_stage',
  }),
  hubspot_owner_id: z.string().optional().meta({ label: 'Owner id' }),
  properties: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({
      label: 'Other properties',
      help: 'By internal name. Start a value with ; to add to a multiple-choice property instead of replacing it.',
    }),
})

const upserted = z.looseObject({
  results: z.array(z.looseObject({ id: z.string(), new: z.boolean().optional() })),
  errors: z.array(z.looseObject({ message: z.string().optional() })).optional(),
})

const bodyOf = ({ properties, ...named }: z.output<typeof input>) => ({
  inputs: [{ idProperty: 'email', id: named.email, properties: { ...named, ...properties } }],
})

const path = 'crm/v3/objects/contacts/batch/upsert'

export const upsertContact = defineAction({
  auth,
  name: 'Add or update a contact',
  description:
    'Finds the contact by email and fills in the fields you map. Unmapped fields stay as they are.',
  // Upsert by email: a second try finds what the first one made.
  repeat: 'safe',
  input,
  request: (mapped) => ({ method: 'POST', path, json: bodyOf(mapped) }),
  async run({ http }, mapped) {
    const { results, errors } = upserted.parse(await http.post(path, { json: bodyOf(mapped) }).json())
    const [contact] = results
    // 207: HubSpot took the request and refused the record in it.
    if (!contact) throw new InputRefusedError(errors?.[0]?.message ?? 'HubSpot did not take the contact.')
    return { id: contact.id, created: contact.new ?? false }
  },
  async current({ http }, mapped) {
    const names = [
      ...Object.keys(input.shape).filter((name) => name !== 'properties'),
      ...Object.keys(mapped.properties ?? {}),
    ]
    const query = { idProperty: 'email', properties: names.join(',') }
    const answer = await http.get(`crm/v3/objects/contacts/${encodeURIComponent(mapped.email)}`, {
      query,
      accept: [404],
    })
    if (answer.status === 404) return {}
    const held = z
      .looseObject({ properties: z.record(z.string(), z.string().nullable()) })
      .parse(answer.json()).properties
    const filled = Object.entries(held).filter(([, value]) => value)
    const own = filled.filter(([name]) => name in input.shape)
    const others = filled.filter(([name]) => name in (mapped.properties ?? {}))
    return {
      ...Object.fromEntries(own),
      ...(others.length > 0 ? { properties: Object.fromEntries(others) } : {}),
    }
  },
})
