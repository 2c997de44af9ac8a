import { z } from 'zod'
import { jsonIn } from './json-body.ts'
import { badRequest, invalid, notFound } from './mautic-errors.ts'
import { contactFields, shownContact } from './mautic-instance.ts'
import type { Contact, Instance } from './mautic-instance.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

const body = z.record(z.string(), z.unknown())
const countries = new Set(['Czech Republic', 'Germany', 'Poland', 'Portugal', 'Spain', 'Ukraine'])
const looksLikeEmail = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const value = z.union([scalar, z.array(scalar).transform((choices) => choices.join('|'))])

/**
 * What of the values Mautic would write: fields it has, no blanks, and no number 0, which it takes for a blank
 * (CustomFieldsApiControllerTrait.php, 5.2).
 */
function writable(given: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(given).flatMap(([alias, held]): [string, string][] => {
    const parsed = value.safeParse(held)
    if (!Object.hasOwn(contactFields, alias) || !parsed.success || parsed.data === '') return []
    return contactFields[alias] === 'number' && Number(parsed.data) === 0 ? [] : [[alias, parsed.data]]
  })
  return Object.fromEntries(entries)
}

function refusal(
  { email, country, stage }: Record<string, unknown>,
  instance: Instance,
): Answered | undefined {
  if (typeof email === 'string' && email !== '' && !looksLikeEmail.test(email)) {
    return invalid('email', 'This value is not a valid email address.')
  }
  if (typeof country === 'string' && !countries.has(country))
    return invalid('country', 'This value is not valid.')
  return stage === undefined || instance.stages.has(Number(stage))
    ? undefined
    : invalid('stage', 'This value is not valid.')
}

/** Lays values over a contact. A tag with a hyphen in front is taken off. */
function write(contact: Contact, given: Record<string, unknown>): Contact {
  Object.assign(contact.values, writable(given))
  for (const tag of z.array(z.string()).catch([]).parse(given.tags)) {
    contact.tags = tag.startsWith('-')
      ? contact.tags.filter((each) => each !== tag.slice(1))
      : [...new Set([...contact.tags, tag])]
  }
  if (given.stage !== undefined) contact.stage = Number(given.stage)
  return contact
}

const answered = (instance: Instance, contact: Contact, status = 200): Answered => ({
  status,
  json: { contact: shownContact(instance, contact, 'api') },
})

/** Finds the contact of this address, or makes one. */
const add = (instance: Instance, asked: Matched): Answered => {
  const given = body.safeParse(jsonIn(asked.body)).data
  if (!given) return badRequest('Bad request.')
  const refused = refusal(given, instance)
  if (refused) return refused
  const known = typeof given.email === 'string' ? instance.byEmail(given.email) : undefined
  return answered(instance, write(known ?? instance.create(), given), known ? 200 : 201)
}

/** Changes a contact. One that takes the address of another becomes one with it. */
const edit = (instance: Instance, asked: Matched): Answered => {
  const contact = contactIn(instance, asked)
  const given = body.safeParse(jsonIn(asked.body)).data
  if (!contact) return notFound()
  if (!given) return badRequest('Bad request.')
  const refused = refusal(given, instance)
  if (refused) return refused
  const other = typeof given.email === 'string' ? instance.byEmail(given.email) : undefined
  if (other && other.id !== contact.id) {
    instance.contacts.delete(other.id)
    contact.values = { ...other.values, ...contact.values }
    contact.tags = [...new Set([...contact.tags, ...other.tags])]
  }
  return answered(instance, write(contact, given))
}

/** By the exact value of a column, or by part of an address. */
const find = (instance: Instance, { query }: Matched): Answered => {
  const column = query.get('where[0][col]')
  const wanted = query.get('where[0][val]')?.toLowerCase()
  const part = /^email:(.+)$/.exec(query.get('search') ?? '')?.[1]?.toLowerCase()
  const passes = ({ values }: Contact) =>
    (column === null || values[column]?.toLowerCase() === wanted) &&
    (part === undefined || (values.email?.toLowerCase().includes(part) ?? false))
  const found = [...instance.contacts.values()].filter(passes)
  const limited = found.slice(0, Number(query.get('limit') ?? 30))
  const contacts = limited.map((each) => [each.id, shownContact(instance, each, 'api')])
  // Nothing is an empty list, and something an object.
  return {
    status: 200,
    json: { total: String(found.length), contacts: contacts.length > 0 ? Object.fromEntries(contacts) : [] },
  }
}

function contactIn(instance: Instance, { parts }: Pick<Matched, 'parts'>): Contact | undefined {
  return instance.contacts.get(Number(parts[0]))
}

const points = (instance: Instance, asked: Matched): Answered => {
  const contact = contactIn(instance, asked)
  if (!contact) return notFound()
  contact.points += (asked.parts[1] === 'plus' ? 1 : -1) * Number(asked.parts[2])
  return { status: 200, json: { success: 1 } }
}

const doNotContact = (instance: Instance, asked: Matched): Answered => {
  const contact = contactIn(instance, asked)
  if (!contact) return notFound()
  const [, channel = '', verb] = asked.parts
  if (verb === 'remove') {
    const recordFound = channel in contact.doNotContact
    delete contact.doNotContact[channel]
    return { status: 200, json: { recordFound, contact: shownContact(instance, contact, 'api') } }
  }
  const given = body.safeParse(jsonIn(asked.body)).data ?? {}
  const reason = given.reason === undefined ? 3 : Number(given.reason)
  if (!(reason > 0)) return badRequest('Invalid reason code given')
  contact.doNotContact[channel] = reason
  return answered(instance, contact)
}

const newNote = z.looseObject({
  lead: z.union([z.number(), z.string()]).transform(Number),
  text: z.string().min(1),
  type: z.enum(['general', 'email', 'call', 'meeting']).default('general'),
})

const addNote = (instance: Instance, asked: Matched): Answered => {
  const parsed = newNote.safeParse(jsonIn(asked.body))
  if (!parsed.success) return badRequest('lead ID is mandatory')
  const { lead: contact, text, type } = parsed.data
  if (!instance.contacts.has(contact)) return notFound()
  const note = { id: instance.next('note', 70), contact, text, type, dateTime: instance.time() }
  instance.notes.set(note.id, note)
  return { status: 201, json: { note } }
}

/** People, and what is noted about them. */
export const contactRoutes: readonly Route<Instance>[] = [
  { method: 'GET', path: /^contacts$/, answer: find },
  { method: 'POST', path: /^contacts\/new$/, answer: add },
  { method: 'PATCH', path: /^contacts\/(\d+)\/edit$/, answer: edit },
  {
    method: 'GET',
    path: /^contacts\/(\d+)$/,
    answer: (instance, asked) => {
      const contact = contactIn(instance, asked)
      return contact ? answered(instance, contact) : notFound()
    },
  },
  { method: 'POST', path: /^contacts\/(\d+)\/points\/(plus|minus)\/(\d+)$/, answer: points },
  { method: 'POST', path: /^contacts\/(\d+)\/dnc\/(\w+)\/(add|remove)$/, answer: doNotContact },
  { method: 'POST', path: /^notes\/new$/, answer: addNote },
  {
    method: 'GET',
    path: /^contacts\/(\d+)\/notes$/,
    answer: ({ notes: all }, { parts: [contact] }) => {
      const notes = [...all.values()].filter((each) => each.contact === Number(contact)).toReversed()
      return { status: 200, json: { total: notes.length, notes } }
    },
  },
]
