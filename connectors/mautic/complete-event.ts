import type { EventDraft, Http } from '#sdk'
import { addressOf } from './auth.ts'
import type { Credentials } from './auth.ts'
import { contactOf } from './contact.ts'
import { oneContact } from './find-contact.ts'

type Completed = Pick<EventDraft, 'contact' | 'properties'>

/**
 * Some webhooks name a contact by its number alone, by version of Mautic. This asks who it is. Page views are left as
 * they are: most are by strangers, and there are many.
 */
export async function completeEvent(
  { http, auth }: { http: Http; auth: Credentials },
  { name, contact }: EventDraft,
): Promise<Completed | undefined> {
  const id = contact?.external_id
  const isNamed = contact?.email !== undefined || contact?.phone !== undefined
  if (!id || isNamed || name === 'contact.deleted' || name === 'page.viewed') return undefined
  const answer = await http.get(`api/contacts/${encodeURIComponent(id)}`, { accept: [404] })
  if (answer.status === 404) return undefined
  return { contact: contactOf(oneContact.parse(answer.json()).contact, { id, baseUrl: addressOf(auth) }) }
}
