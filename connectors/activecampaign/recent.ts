/** How far ActiveCampaign's clock and the hub's may be apart. */
const skewMs = 5 * 60_000

/**
 * Whether something was made since a try began, by the vendor's own clock. Its times carry an offset; those that call
 * themselves `utc` do not, and are in the account's zone all the same (API reference, examples of 2026-08).
 */
export function isSince(made: string | null | undefined, since: Date): boolean {
  const at = made ? Date.parse(made) : Number.NaN
  return !Number.isNaN(at) && at >= since.getTime() - skewMs
}
