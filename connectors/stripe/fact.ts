import { withoutBlanks, z } from '#sdk'
import type { ContactDraft, EventDraft, EventName } from '#sdk'

/** Stripe counts time in seconds; the bound is that of a date. */
export const seconds = z.int().min(0).max(8_640_000_000_000)

/** What Stripe wraps around every object it tells about. */
export const envelope = z.looseObject({
  id: z.string().min(1),
  object: z.literal('event'),
  type: z.string().min(1),
  created: seconds,
  livemode: z.boolean().optional(),
  account: z.string().nullish(),
  data: z.looseObject({
    object: z.looseObject({}),
    previous_attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
})
export type StripeEvent = z.output<typeof envelope>

/** How one type of Stripe event is read. */
export interface Fact {
  read: (
    event: StripeEvent,
  ) => { ok: true; key: string; drafts: EventDraft[] } | { ok: false; error: z.ZodError }
}

/**
 * `key` names the fact where Stripe tells the same one in several events (a sale comes as session, intent, charge and
 * invoice); by default it is the event's own id. Facts of one key and one name count once.
 */
export function fact<S extends z.ZodType>(
  object: S,
  events: (object: z.output<S>, event: StripeEvent) => Omit<EventDraft, 'occurred_at'>[],
  key: (object: z.output<S>, event: StripeEvent) => string = (_object, { id }) => id,
): Fact {
  // Compiled when the first of them comes: there are many types of events, and a shop sees a few.
  let compiled: S | undefined
  return {
    read(event) {
      compiled ??= z.compile(object)
      const parsed = compiled.safeParse(event.data.object)
      if (!parsed.success) return { ok: false, error: parsed.error }
      const drafts = events(parsed.data, event).map((draft) => completed(draft, event))
      return { ok: true, key: key(parsed.data, event), drafts }
    },
  }
}

function completed(draft: Omit<EventDraft, 'occurred_at'>, event: StripeEvent): EventDraft {
  const shared = withoutBlanks({ livemode: event.livemode, stripe_account: event.account })
  return {
    ...draft,
    occurred_at: instant(event.created),
    properties: { ...draft.properties, ...shared },
  }
}

export function instant(at: number): string {
  return new Date(at * 1000).toISOString()
}

/** A draft with everything empty left out. */
export function draft(
  name: EventName,
  contact: ContactDraft,
  properties: Record<string, unknown>,
): Omit<EventDraft, 'occurred_at'> {
  return {
    name,
    ...(Object.keys(contact).length > 0 ? { contact } : {}),
    properties: withoutBlanks(properties),
  }
}

/** A reference: an id, or the whole object where the endpoint expands it. */
export const reference = z
  .union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])
  .nullish()
export const maybeText = z.string().nullish()
export const metadata = z.record(z.string(), z.string()).nullish()
