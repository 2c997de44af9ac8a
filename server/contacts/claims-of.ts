import type { WorkspaceDeps } from '../deps.ts'
import { identitiesOf } from './contact-identities.ts'
import type { Claim } from './contact-identities.ts'
import type { IdentityReview } from './identity-review-store.ts'

/** The identifiers that an event in doubt carries; none where it is gone. */
export async function claimsOf(
  { events }: Pick<WorkspaceDeps, 'events'>,
  { eventId }: Pick<IdentityReview, 'eventId'>,
): Promise<Claim[]> {
  const event = await events.find(eventId)
  return event ? identitiesOf(event.draft.contact, event.connectionId) : []
}
