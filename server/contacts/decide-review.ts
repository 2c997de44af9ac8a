import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid } from '../input-invalid.ts'
import { claimsOf } from './claims-of.ts'
import { giveIdentities } from './give-identities.ts'
import type { IdentityReview } from './identity-review-store.ts'
import { ReviewDecided, ReviewNotFound } from './review-errors.ts'

/**
 * Ends the doubt about an event whose identifiers belong to several contacts. With `belongsTo` all of them are that
 * contact's from now on; without, everybody keeps their own. What has happened so far stays where it was counted.
 * Decided last, so that a crash in between leaves it open, and deciding again finishes it.
 */
export async function decideReview(
  deps: Pick<WorkspaceDeps, 'identityReviews' | 'contacts' | 'contactChanges' | 'events' | 'now'>,
  id: string,
  belongsTo: string | undefined,
  decidedBy: string,
): Promise<IdentityReview> {
  const review = await deps.identityReviews.find(id)
  if (!review) throw new ReviewNotFound(id)
  if (review.decision) throw new ReviewDecided()
  if (belongsTo !== undefined) {
    if (!review.contactIds.includes(belongsTo)) {
      throw new InputInvalid([{ path: 'belongsTo', message: 'must be one of the contacts in doubt' }])
    }
    const claims = await claimsOf(deps, review)
    await giveIdentities(deps, { claims, contactId: belongsTo, eventId: review.eventId, source: decidedBy })
  }
  const decision = { ...(belongsTo ? { belongsTo } : {}), decidedBy, decidedAt: deps.now() }
  if (!(await deps.identityReviews.decide(id, decision))) throw new ReviewDecided()
  return { ...review, decision }
}
