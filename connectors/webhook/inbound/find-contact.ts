import { isIdentified, withoutBlanks } from '#sdk'
import type { ContactDraft } from '#sdk'
import { asText, atPath, isRecord } from './at-path.ts'

/** Where tools put the person, most telling first. What is named after a person may have a bare `id`. */
const places = [
  'contact',
  'data.contact',
  'customer',
  'data.customer',
  'user',
  'data.user',
  'person',
  'data.person',
  'subscriber',
  'data.subscriber',
  'lead',
  'data.lead',
  'member',
  'data.member',
  'buyer',
  'data.buyer',
  'data.object',
  'payload',
  'data',
  'fields',
]

const people = /(^|\.)(contact|customer|user|person|subscriber|lead|member|buyer)$/

/** Spellings, without capitals, blanks and signs, of what the contact model has a place for. */
const spellings = {
  external_id: ['externalid', 'contactid', 'customerid', 'userid', 'subscriberid', 'personid', 'leadid'],
  email: ['email', 'emailaddress', 'mail', 'useremail', 'customeremail', 'contactemail', 'youremail'],
  phone: [
    'phone',
    'phonenumber',
    'telephone',
    'tel',
    'mobile',
    'mobilephone',
    'cell',
    'customerphone',
    'yourphone',
  ],
  first_name: ['firstname', 'fname', 'givenname', 'first'],
  last_name: ['lastname', 'lname', 'surname', 'familyname', 'last'],
  full_name: ['fullname', 'displayname', 'name', 'contactname', 'customername', 'yourname'],
  birthday: ['birthday', 'birthdate', 'dateofbirth', 'dob'],
  locale: ['locale', 'language', 'lang'],
  timezone: ['timezone', 'tz'],
  street: ['street', 'address', 'address1', 'addressline1', 'streetaddress'],
  city: ['city', 'town'],
  region: ['region', 'state', 'province'],
  postal_code: ['postalcode', 'zip', 'zipcode', 'postcode'],
  country: ['country', 'countrycode'],
  company: ['company', 'companyname', 'organization', 'organisation', 'employer'],
  role_title: ['jobtitle', 'position', 'occupation', 'role'],
}
type Spelled = keyof typeof spellings

const meaning = new Map<string, Spelled>(
  Object.entries(spellings).flatMap(([field, names]) =>
    names.map((name): [string, Spelled] => [name, asSpelled(field)]),
  ),
)

function asSpelled(field: string): Spelled {
  if (isSpelled(field)) return field
  throw new Error(`${field} is no field of a contact.`)
}

function isSpelled(field: string): field is Spelled {
  return Object.hasOwn(spellings, field)
}

/**
 * The person a body is about: where its user says, else the first usual place that names somebody who can be found
 * again. `about` is the event's name: in `contact.created` the `id` of the data is the contact's.
 */
export function findContact(body: unknown, path: string | undefined, about = ''): ContactDraft | undefined {
  if (path) {
    const there = atPath(body, path)
    return isRecord(there) ? identified(contactIn(there, true)) : identified(contactOfText(asText(there)))
  }
  for (const place of places) {
    const there = atPath(body, place)
    if (!isRecord(there)) continue
    const isPerson =
      people.test(place) || (place === 'data' && /^(contact|customer|user|lead|subscriber)\./.test(about))
    const contact = identified(contactIn(there, isPerson))
    if (contact) return contact
  }
  return isRecord(body) ? identified(contactIn(body, false)) : undefined
}

const identified = (contact: ContactDraft): ContactDraft | undefined =>
  isIdentified(contact) ? contact : undefined

/** A path that ends at a bare text can only mean an address. */
const contactOfText = (text: string | undefined): ContactDraft =>
  text === undefined ? {} : text.includes('@') ? { email: text } : { external_id: text }

function contactIn(record: Record<string, unknown>, isPerson: boolean): ContactDraft {
  const held: Partial<Record<Spelled, string>> = {}
  const others: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    const field = meaning.get(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    const text = asText(value)
    if (field && text !== undefined) held[field] ??= text
    else if (name !== 'id' && name !== 'type' && (text !== undefined || typeof value === 'boolean'))
      others[name] = value
  }
  const { street, city, region, postal_code, country, company, role_title, birthday, email, ...named } = held
  return withoutBlanks({
    ...named,
    external_id: named.external_id ?? (isPerson ? asText(record.id) : undefined),
    email: email?.includes('@') ? email : undefined,
    birthday: birthday && /^\d{4}-\d{2}-\d{2}$/.test(birthday) ? birthday : undefined,
    address: { street, city, region, postal_code, country },
    company: { name: company ?? asText(atPath(record, 'company.name')), role_title },
    tags: tagsIn(record.tags),
    // What is not clearly a person's own record would fill the contact with everything a body happens to hold.
    fields: isPerson ? others : {},
  })
}

function tagsIn(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string') ? value : undefined
}
