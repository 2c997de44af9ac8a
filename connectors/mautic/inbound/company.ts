import { withoutBlanks, z } from '#sdk'
import { fieldValues, mauticContact } from '../contact.ts'
import { decodeEntities } from '../decode-entities.ts'

/** A company of Mautic's as the vocabulary speaks of one. */
export interface Company {
  external_id?: string
  name?: string
  email?: string
  website?: string
  phone?: string
  city?: string
  country?: string
  industry?: string
}

/** A company's fields stand in groups like a contact's, or beside each other. Nothing where it has none. */
export function companyIn(told: unknown): Company | undefined {
  const parsed = mauticContact.safeParse(told)
  if (!parsed.success) return undefined
  const flat = z.record(z.string(), z.unknown()).parse(told)
  const values = { ...flat, ...fieldValues(parsed.data) }
  const text = (...names: string[]): string | undefined => {
    const value = names.map((name) => values[name]).find((each) => typeof each === 'string' && each !== '')
    return typeof value === 'string' ? decodeEntities(value) : undefined
  }
  const company = withoutBlanks({
    external_id: parsed.data.id ?? undefined,
    name: text('companyname', 'name'),
    email: text('companyemail', 'email'),
    website: text('companywebsite', 'website'),
    phone: text('companyphone', 'phone'),
    city: text('companycity', 'city'),
    country: text('companycountry', 'country'),
    industry: text('companyindustry', 'industry'),
  })
  return Object.keys(company).length > 0 ? company : undefined
}
