import { fingerprint, UnreadablePayload, z } from '#sdk'

const record = z.record(z.string(), z.unknown())

/** One fact of a batch: what kind it is, and what Mautic says about it. */
export const mauticFact = z.looseObject({
  type: z.string().min(1),
  event: z.looseObject({ timestamp: z.string().nullish() }),
})
export type MauticFact = z.output<typeof mauticFact>

/**
 * A request holds a list of facts for each kind, several kinds side by side: one fact where Mautic posts at once, up
 * to ten where it queues. They are put in the order in which they happened, so that somebody is made before they
 * change. The button *Send test payload* sends single facts without a list, and one time for all of them beside.
 */
export function splitBatch(payload: unknown): readonly unknown[] {
  const batch = record.safeParse(payload)
  if (!batch.success) throw new UnreadablePayload('not_a_batch')
  const { timestamp: ofAll, ...kinds } = batch.data
  return Object.entries(kinds)
    .flatMap(([type, held]) => [held].flat().map((event: unknown) => ({ type, event: timed(event, ofAll) })))
    .toSorted((one, other) => timeOf(one.event) - timeOf(other.event))
}

function timed(event: unknown, timestamp: unknown): unknown {
  const known = record.safeParse(event)
  if (!known.success || timestamp === undefined || 'timestamp' in known.data) return event
  return { ...known.data, timestamp }
}

function timeOf(event: unknown): number {
  const known = z.looseObject({ timestamp: z.string() }).safeParse(event)
  const time = known.success ? Date.parse(known.data.timestamp) : Number.NaN
  return Number.isNaN(time) ? 0 : time
}

/**
 * Facts have no id. What a queue sends again after a broken connection is the same to the letter, in whatever company;
 * its time alone would not do, because it counts seconds and a contact may change twice within one.
 */
export function factKey({ type, event }: MauticFact): string {
  return `${type} ${event.timestamp ?? ''} ${fingerprint(JSON.stringify(event))}`
}
