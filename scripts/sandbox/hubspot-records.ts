import { invalidProperties } from './hubspot-errors.ts'
import type { Answered } from './stand-in.ts'

export interface HubspotRecord {
  id: string
  properties: Record<string, string>
  createdAt: string
  updatedAt: string
  associations: string[]
}

export type Kind = 'contacts' | 'deals' | 'notes' | 'tasks'

/** The properties that a new HubSpot account has, as far as anybody maps them. Others are refused, as there. */
const known: Record<Kind, Set<string>> = {
  contacts: new Set(
    (
      'email firstname lastname phone mobilephone company jobtitle website address city state zip country gender ' +
      'date_of_birth hs_language industry lifecyclestage hubspot_owner_id hs_lead_status salutation fax ' +
      'numberofemployees annualrevenue message twitterhandle'
    ).split(' '),
  ),
  deals: new Set(
    (
      'dealname pipeline dealstage amount deal_currency_code closedate hubspot_owner_id dealtype description hs_priority ' +
      'createdate'
    ).split(' '),
  ),
  notes: new Set(['hs_note_body', 'hs_timestamp', 'hubspot_owner_id']),
  tasks: new Set(
    'hs_task_subject hs_task_body hs_task_type hs_task_priority hs_task_status hs_timestamp hubspot_owner_id'.split(
      ' ',
    ),
  ),
}

const looksLikeEmail = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/

/** HubSpot's answer where it would refuse these values. */
export function refusal(kind: Kind, properties: Record<string, unknown>): Answered | undefined {
  const unknown = Object.keys(properties)
    .filter((name) => !known[kind].has(name))
    .map((name) => ({ name, message: `Property "${name}" does not exist`, error: 'PROPERTY_DOESNT_EXIST' }))
  const email = properties.email
  const badEmail =
    kind === 'contacts' && typeof email === 'string' && email !== '' && !looksLikeEmail.test(email)
      ? [{ name: 'email', message: `Email address ${email} is invalid`, error: 'INVALID_EMAIL' }]
      : []
  const amount = properties.amount
  const badAmount =
    amount !== undefined && amount !== '' && Number.isNaN(Number(amount))
      ? [
          {
            name: 'amount',
            message: `${JSON.stringify(amount)} was not a valid number.`,
            error: 'INVALID_DOUBLE',
          },
        ]
      : []
  const problems = [...unknown, ...badEmail, ...badAmount]
  return problems.length > 0 ? invalidProperties(problems) : undefined
}

/** The records of one kind, with HubSpot's numbering and habits. */
export class RecordShelf {
  readonly records = new Map<string, HubspotRecord>()
  readonly #firstId: number
  readonly #now: () => Date

  constructor(firstId: number, now: () => Date) {
    this.#firstId = firstId
    this.#now = now
  }

  create(properties: Record<string, unknown>, associations: string[] = []): HubspotRecord {
    const id = String(this.#firstId + this.records.size)
    const at = this.#now().toISOString()
    const record = { id, properties: texts(properties), createdAt: at, updatedAt: at, associations }
    this.records.set(id, record)
    return record
  }

  update(record: HubspotRecord, properties: Record<string, unknown>): HubspotRecord {
    const updated = {
      ...record,
      properties: { ...record.properties, ...texts(properties) },
      updatedAt: this.#now().toISOString(),
    }
    this.records.set(record.id, updated)
    return updated
  }

  /** By id, or by a property's value. HubSpot compares emails without capitals. */
  find(value: string, idProperty?: string | null): HubspotRecord | undefined {
    if (!idProperty) return this.records.get(value)
    const wanted = value.toLowerCase()
    return [...this.records.values()].find(
      ({ properties }) => properties[idProperty]?.toLowerCase() === wanted,
    )
  }
}

/** HubSpot keeps every value as text. */
function texts(properties: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value ?? ''),
    ]),
  )
}
