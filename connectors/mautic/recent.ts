/** How far Mautic's clock and the hub's may be apart. */
const skewMs = 5 * 60_000

/** Whether something was made since a try began, by Mautic's own clock. */
export function isSince(made: string | null | undefined, since: Date): boolean {
  const at = made ? Date.parse(made) : Number.NaN
  return !Number.isNaN(at) && at >= since.getTime() - skewMs
}
