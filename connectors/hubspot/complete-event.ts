import { withoutBlanks, z } from '#sdk'
import type { EventDraft, Http } from '#sdk'
import { askedProperties, contactOf } from './property-names.ts'

type Completed = Pick<EventDraft, 'contact' | 'properties'>

const object = z.looseObject({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) })
const associated = z.looseObject({
  associations: z
    .looseObject({ contacts: z.looseObject({ results: z.array(z.looseObject({ id: z.string() })) }) })
    .optional(),
})

/** HubSpot's events carry ids. This asks who and what they are about; what no longer exists stays an id. */
export async function completeEvent(
  { http }: { http: Http },
  event: EventDraft,
): Promise<Completed | undefined> {
  if (event.name === 'contact.deleted' || event.name === 'deal.deleted') return undefined
  const dealId = event.properties?.deal_id
  if (typeof dealId === 'string') return completeDeal(http, dealId)
  const id = event.contact?.external_id
  if (!id || event.contact?.email) return undefined
  const contact = await readContact(http, id)
  return contact && { contact }
}

async function readContact(http: Http, id: string): Promise<EventDraft['contact']> {
  const query = { properties: askedProperties.join(',') }
  const answer = await http.get(`crm/v3/objects/contacts/${id}`, { query, accept: [404] })
  if (answer.status === 404) return undefined
  const { properties } = object.parse(answer.json())
  return contactOf(id, properties)
}

const dealProperties = 'dealname,pipeline,dealstage,amount,deal_currency_code,hubspot_owner_id,closedate'

async function completeDeal(http: Http, id: string): Promise<Completed | undefined> {
  const query = { properties: dealProperties, associations: 'contacts' }
  const answer = await http.get(`crm/v3/objects/deals/${id}`, { query, accept: [404] })
  if (answer.status === 404) return undefined
  const { properties: held } = object.parse(answer.json())
  const contactId = associated.parse(answer.json()).associations?.contacts.results[0]?.id
  const contact = contactId ? await readContact(http, contactId) : undefined
  const properties = withoutBlanks({
    deal_name: held.dealname,
    pipeline_id: held.pipeline,
    stage: held.dealstage,
    amount: held.amount ? Number(held.amount) : undefined,
    currency: held.deal_currency_code,
    owner: held.hubspot_owner_id,
    closes_at: held.closedate,
  })
  return contact ? { contact, properties } : { properties }
}
