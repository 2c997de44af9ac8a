import { withoutBlanks } from '#sdk'
import type { ContactDraft } from '#sdk'

/** HubSpot's contact properties that the contact model has a place for. Everything else goes under `fields`. */
const places: Record<string, (value: string) => ContactDraft> = {
  email: (value) => ({ email: value }),
  firstname: (value) => ({ first_name: value }),
  lastname: (value) => ({ last_name: value }),
  phone: (value) => ({ phone: value }),
  mobilephone: (value) => ({ phone: value }),
  gender: (value) => ({ gender: value }),
  date_of_birth: (value) =>
    /^\d{4}-\d{2}-\d{2}$/.test(value) ? { birthday: value } : { fields: { date_of_birth: value } },
  hs_language: (value) => ({ locale: value }),
  address: (value) => ({ address: { street: value } }),
  city: (value) => ({ address: { city: value } }),
  state: (value) => ({ address: { region: value } }),
  zip: (value) => ({ address: { postal_code: value } }),
  country: (value) => ({ address: { country: value } }),
  company: (value) => ({ company: { name: value } }),
  industry: (value) => ({ company: { industry: value } }),
  jobtitle: (value) => ({ company: { role_title: value } }),
  lifecyclestage: (value) => ({ lifecycle_stage: value }),
  hubspot_owner_id: (value) => ({ owner: { agent_id: value } }),
}

/** The properties worth asking for when HubSpot sent only an id. */
export const askedProperties = Object.keys(places)

/** Properties that HubSpot keeps for itself and that say nothing about the person. */
const housekeeping = /^(hs_|createdate$|lastmodifieddate$|notes_|num_)/

/** HubSpot's properties as the hub's contact. Values are texts, as HubSpot sends them. */
export function contactOf(id: string | undefined, properties: Record<string, string | null>): ContactDraft {
  const given = Object.entries(properties).flatMap(([name, value]): [string, string][] =>
    value ? [[name, value]] : [],
  )
  // A fixed line comes after the mobile, and so wins the one place for a phone.
  const inOrder = given.toSorted(([a], [b]) => Number(b === 'mobilephone') - Number(a === 'mobilephone'))
  const parts = inOrder.map(([name, value]): ContactDraft => {
    const place = Object.hasOwn(places, name) ? places[name] : undefined
    if (place) return place(value)
    return housekeeping.test(name) ? {} : { fields: { [name]: value } }
  })
  return withoutBlanks(parts.reduce(merged, { external_id: id }))
}

function merged(one: ContactDraft, other: ContactDraft): ContactDraft {
  return {
    ...one,
    ...other,
    address: { ...one.address, ...other.address },
    company: { ...one.company, ...other.company },
    fields: { ...one.fields, ...other.fields },
  }
}

const fieldNames: Record<string, string> = {
  firstname: 'first_name',
  lastname: 'last_name',
  mobilephone: 'phone',
  date_of_birth: 'birthday',
  hs_language: 'locale',
  zip: 'address.postal_code',
  address: 'address.street',
  city: 'address.city',
  state: 'address.region',
  country: 'address.country',
  company: 'company.name',
  industry: 'company.industry',
  jobtitle: 'company.role_title',
  lifecyclestage: 'lifecycle_stage',
  hubspot_owner_id: 'owner.agent_id',
}

/** The contact model's name of a HubSpot property, for a list of changes. */
export function fieldName(property: string): string {
  if (Object.hasOwn(fieldNames, property)) return fieldNames[property] ?? property
  return Object.hasOwn(places, property) ? property : `fields.${property}`
}
