import type { MappingInput } from '../../mappings/mapping.ts'
import type { Connection } from '../connections/connection-store.ts'
import type { Contact } from '../contacts/contact-store.ts'
import type { HubEvent } from '../events/event-store.ts'

type JsonObject = Record<string, unknown>

/** Everything a mapping or a condition can read about one event. The contact and `raw` are made only for what reads them. */
export function mappingInput(sources: {
  event: HubEvent
  contact: Contact | undefined
  connection: Pick<Connection, 'id' | 'name' | 'connectorId'>
  receivedAt: Date
  raw: () => unknown
  steps: JsonObject
  now: Date
}): MappingInput {
  const { event, contact, connection, receivedAt, raw, steps, now } = sources
  const { draft } = event
  let known: JsonObject | null | undefined
  const person = () => (known ??= contact ? withWholeName(contactForMapping(contact)) : null)
  return {
    event: {
      id: event.id,
      name: event.name,
      occurred_at: draft.occurred_at,
      received_at: receivedAt.toISOString(),
      contact: withWholeName(draft.contact ?? {}),
      properties: draft.properties ?? {},
      context: draft.context ?? {},
      actor: draft.actor ?? 'provider',
      get raw() {
        return raw()
      },
    },
    get contact() {
      return person()
    },
    get company() {
      const company = person()?.['company']
      return isObject(company) ? company : null
    },
    connection: { id: connection.id, name: connection.name, connector: connection.connectorId },
    steps,
    now: now.toISOString(),
  }
}

/** The contact as people know it: nested names instead of dotted ones, values without their history. */
export function contactForMapping(contact: Contact): JsonObject {
  const person: JsonObject = { id: contact.id, tags: contact.tags }
  for (const [field, { value }] of Object.entries(contact.profile)) {
    const dot = field.indexOf('.')
    if (dot < 0) {
      person[field] = value
      continue
    }
    const group = field.slice(0, dot)
    const inner = isObject(person[group]) ? person[group] : (person[group] = Object.create(null))
    if (isObject(inner)) inner[field.slice(dot + 1)] = value
  }
  // The address as it identifies the person, in one spelling.
  if (contact.email) person['email'] = contact.email
  if (contact.phone) person['phone'] = contact.phone
  return person
}

/** Half of the tools know a name in parts only; whoever maps it wants it whole. */
function withWholeName(person: JsonObject): JsonObject {
  const { full_name, first_name, last_name } = person
  const parts = [first_name, last_name].filter((part) => typeof part === 'string' && part.trim() !== '')
  return full_name || parts.length === 0 ? person : { ...person, full_name: parts.join(' ') }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
