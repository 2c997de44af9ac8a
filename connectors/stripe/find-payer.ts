import type { EventDraft, Http } from '#sdk'
import { contactOfCustomer } from './facts/customers.ts'

/**
 * Stripe's payment and subscription events name the customer and nothing else. With a secret key the hub asks who
 * that is, so that the event finds its contact by email as well.
 */
export async function findPayer(
  { http, auth }: { http: Http; auth: { secretKey?: string } },
  { contact }: EventDraft,
): Promise<Pick<EventDraft, 'contact'> | undefined> {
  const id = contact?.external_id
  if (!auth.secretKey || !id?.startsWith('cus_') || contact?.email) return undefined
  // A deleted customer is answered with 200 and `deleted: true`, one of another account with 404.
  const answer = await http.get(`v1/customers/${id}`, { accept: [404] })
  const found = answer.status === 404 ? undefined : contactOfCustomer(answer.json())
  return found && { contact: found }
}
