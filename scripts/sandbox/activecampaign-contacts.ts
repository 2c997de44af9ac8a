import { z } from 'zod'
import type { Account, Contact } from './activecampaign-account.ts'
import { duplicate, invalid, missing, noResult } from './activecampaign-errors.ts'
import { jsonIn } from './json-body.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

const text = z.string().optional()
const id = z.union([z.string(), z.number()]).transform(String)
const newContact = z.looseObject({
  contact: z.looseObject({
    email: text,
    firstName: text,
    lastName: text,
    phone: text,
    fieldValues: z.array(z.looseObject({ field: id, value: z.string() })).default([]),
  }),
})
const looksLikeEmail = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/

/** Makes or changes a contact, by its address or by its number. */
function save(account: Account, { body, parts: [known] }: Matched, only?: 'new'): Answered {
  const parsed = newContact.safeParse(jsonIn(body))
  if (!parsed.success) return missing('contact')
  const {
    email = known && account.contacts.get(known)?.email,
    firstName,
    lastName,
    phone,
  } = parsed.data.contact
  if (!email) return missing('email')
  if (!looksLikeEmail.test(email))
    return invalid('email', 'Contact Email Address is not valid.', 'email_invalid')
  if (only === 'new' && account.byEmail(email)) return duplicate()
  const { fieldValues } = parsed.data.contact
  const unknown = fieldValues.find(({ field }) => !account.fields.some((each) => each.id === field))
  if (unknown) return noResult('Field', unknown.field)
  const given = { firstName, lastName, phone }
  const filled = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const { contact, isNew } = account.sync(email, filled)
  for (const { field, value } of fieldValues) {
    const name = `${contact.id} ${field}`
    const id = account.fieldValues.get(name)?.id ?? account.next('fieldValue', 1)
    account.fieldValues.set(name, { id, contact: contact.id, field, value })
  }
  return { status: isNew ? 201 : 200, json: { fieldValues, contact } }
}

const list = (account: Account, { query }: Matched): Answered => {
  const email = query.get('email')?.toLowerCase()
  const changedAfter = Date.parse(query.get('filters[updated_after]') ?? '')
  const greater = Number(query.get('id_greater') ?? 0)
  const passes = (contact: Contact) =>
    (email === undefined || contact.email.toLowerCase() === email) &&
    !(Date.parse(contact.udate) <= changedAfter) &&
    Number(contact.id) > greater
  const found = [...account.contacts.values()].filter(passes)
  const limit = Math.min(Number(query.get('limit') ?? 20), 100)
  const from = Number(query.get('offset') ?? 0)
  return {
    status: 200,
    json: {
      scoreValues: [],
      contacts: found.slice(from, from + limit),
      meta: { total: String(found.length) },
    },
  }
}

/** People and their custom fields. */
export const contactRoutes: readonly Route<Account>[] = [
  {
    method: 'GET',
    path: /^users\/me$/,
    answer: () => ({
      status: 200,
      json: { user: { id: '1', username: 'sandbox', email: 'sandbox@lumen.example' } },
    }),
  },
  { method: 'POST', path: /^contact\/sync$/, answer: (account, asked) => save(account, asked) },
  { method: 'POST', path: /^contacts$/, answer: (account, asked) => save(account, asked, 'new') },
  { method: 'GET', path: /^contacts$/, answer: list },
  {
    method: 'PUT',
    path: /^contacts\/(\d+)$/,
    answer: (account, asked) =>
      account.contacts.has(asked.parts[0] ?? '')
        ? save(account, asked)
        : noResult('Subscriber', asked.parts[0]),
  },
  {
    method: 'GET',
    path: /^contacts\/(\d+)\/fieldValues$/,
    answer: (account, { parts: [contact] }) => {
      const held = [...account.fieldValues.values()].filter((each) => each.contact === contact)
      return { status: 200, json: { fieldValues: held } }
    },
  },
  {
    method: 'GET',
    path: /^fields$/,
    answer: ({ fields }) => ({ status: 200, json: { fields, meta: { total: String(fields.length) } } }),
  },
]
