import type { WorkspaceDeps } from '../deps.ts'
import { InputInvalid } from '../input-invalid.ts'
import { claimsOf } from './claims-of.ts'
import { giveIdentities } from './give-identities.ts'
import type { IdentityReview } from './identity-review-store.ts'
import { ReviewDecided, ReviewNotFound } from './review-errors.ts'

/**
 * Ends the doubt about an event whose identifiers belong to several contacts. With `belongsTo` all of them are that
 * contact's from now on; without, everybody keeps their own. What has happened so far stays where it was counted.
 * Of several people only the first decides. It is open until all is given, so that after a crash in between whoever
 * decides again finishes what was decided.
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
  if (belongsTo !== undefined && !review.contactIds.includes(belongsTo)) {
    throw new InputInvalid([{ path: 'belongsTo', message: 'must be one of the contacts in doubt' }])
  }
  const decision = await deps.identityReviews.claim(id, {
    ...(belongsTo === undefined ? {} : { belongsTo }),
    decidedBy,
    decidedAt: deps.now(),
  })
  if (!decision) throw new ReviewDecided()
  if (decision.belongsTo !== undefined) {
    await giveIdentities(deps, {
      claims: await claimsOf(deps, review),
      contactId: decision.belongsTo,
      others: review.contactIds,
      eventId: review.eventId,
      source: decision.decidedBy,
    })
  }
  await deps.identityReviews.close(id, decision)
  if (decision.belongsTo !== belongsTo) throw new ReviewDecided()
  return { ...review, decision }
}
