import { randomBytes } from 'node:crypto'
import type { HubDeps } from '../deps.ts'
import type { SetUpOffer } from './set-up-store.ts'

/** Long enough for who reads the log in the evening; afterwards a start makes a new one. */
const OFFER_MS = 24 * 3_600_000

/** A link that makes its first user the owner of the hub. */
export interface SetUpLink {
  url: string
  expiresAt: Date
}

/**
 * While nobody owns anything here, the link by which the first owner comes in: the same for every process, good for one
 * use and one day. Its secret stands behind the #, which browsers keep to themselves, so it gets into no log on the way.
 */
export async function offerSetUp({
  accounts,
  vault,
  publicUrl,
  now,
}: Pick<HubDeps, 'accounts' | 'vault' | 'publicUrl' | 'now'>): Promise<SetUpLink | undefined> {
  if (await accounts.memberships.hasOwner()) return undefined
  const at = now()
  const fresh = { nonce: randomBytes(32).toString('hex'), expiresAt: new Date(at.getTime() + OFFER_MS) }
  const offer = await accounts.setUp.offer(fresh, at)
  return { url: `${publicUrl}/set-up#${vault.fingerprint(signed(offer))}`, expiresAt: offer.expiresAt }
}

/** What the link's secret is a keyed hash of. */
export function signed({ nonce }: Pick<SetUpOffer, 'nonce'>): string {
  return `set-up link ${nonce}`
}
