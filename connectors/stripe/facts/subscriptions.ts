import { z } from '#sdk'
import type { EventDraft, EventName } from '#sdk'
import { draft, fact, instant, maybeText, metadata, reference, seconds } from '../fact.ts'
import type { StripeEvent } from '../fact.ts'
import { contactOf } from '../stripe-contact.ts'
import { money } from '../stripe-money.ts'

const time = seconds.nullish()
const price = z
  .looseObject({
    id: maybeText,
    nickname: maybeText,
    lookup_key: maybeText,
    product: reference,
    unit_amount: z.int().nullish(),
    currency: maybeText,
    recurring: z.looseObject({ interval: maybeText, interval_count: z.int().nullish() }).nullish(),
  })
  .nullish()

const subscription = z.looseObject({
  id: z.string(),
  status: z.string(),
  customer: reference,
  currency: maybeText,
  cancel_at: time,
  cancel_at_period_end: z.boolean().nullish(),
  cancellation_details: z
    .looseObject({ reason: maybeText, feedback: maybeText, comment: maybeText })
    .nullish(),
  // Until API version 2025-03-31 the period stood on the subscription; since then it stands on its items.
  current_period_start: time,
  current_period_end: time,
  items: z
    .looseObject({
      data: z.array(
        z.looseObject({
          current_period_start: time,
          current_period_end: time,
          price,
          quantity: z.int().nullish(),
        }),
      ),
    })
    .nullish(),
  latest_invoice: reference,
  metadata,
  pause_collection: z.looseObject({}).nullish(),
  trial_end: time,
})
type Subscription = z.output<typeof subscription>

const running = new Set(['active', 'trialing'])

export const subscriptionFacts = {
  // A subscription that waits for its first payment has not begun; the update that makes it active says so.
  'customer.subscription.created': fact(subscription, (made) => [
    about(made, running.has(made.status) ? 'subscription.started' : 'subscription.updated'),
  ]),
  'customer.subscription.updated': fact(subscription, (made, event) => [about(made, meaningOf(made, event))]),
  'customer.subscription.paused': fact(subscription, (made) => [about(made, 'subscription.paused')]),
  'customer.subscription.resumed': fact(subscription, (made) => [about(made, 'subscription.updated')]),
  'customer.subscription.deleted': fact(subscription, (made) => [about(made, 'subscription.cancelled')]),
  'customer.subscription.trial_will_end': fact(subscription, (made) => [
    about(made, 'subscription.trial_ending'),
  ]),
}

/** What an update means is only told by what it replaced. */
function meaningOf(now: Subscription, { data }: StripeEvent): EventName {
  const before = data.previous_attributes ?? {}
  const was = typeof before.status === 'string' ? before.status : now.status
  if (was === 'incomplete' && running.has(now.status)) return 'subscription.started'
  if ('pause_collection' in before && now.pause_collection && !before.pause_collection)
    return 'subscription.paused'
  const periodMoved = 'current_period_start' in before || itemsPeriodMoved(before.items)
  return periodMoved && now.status === 'active' ? 'subscription.renewed' : 'subscription.updated'
}

const oldItems = z.looseObject({ data: z.array(z.looseObject({ current_period_start: z.int().optional() })) })

function itemsPeriodMoved(items: unknown): boolean {
  const parsed = oldItems.safeParse(items)
  return parsed.success && parsed.data.data.some((item) => item.current_period_start !== undefined)
}

function about(made: Subscription, name: EventName): Omit<EventDraft, 'occurred_at'> {
  const [line] = made.items?.data ?? []
  const periodEnd = made.current_period_end ?? line?.current_period_end
  return {
    ...draft(name, contactOf({ id: made.customer }), {
      subscription_id: made.id,
      status: made.status,
      plan: line?.price?.nickname ?? line?.price?.lookup_key ?? line?.price?.id,
      price_id: line?.price?.id,
      product_id: line?.price?.product,
      quantity: line?.quantity,
      ...money('amount', line?.price?.unit_amount, line?.price?.currency ?? made.currency),
      interval: line?.price?.recurring?.interval,
      interval_count: line?.price?.recurring?.interval_count,
      invoice_id: made.latest_invoice,
      period_ends_at: periodEnd ? instant(periodEnd) : undefined,
      trial_ends_at: made.trial_end ? instant(made.trial_end) : undefined,
      cancels_at: cancelsAt(made, periodEnd),
      reason: made.cancellation_details?.reason,
      feedback: made.cancellation_details?.feedback,
      comment: made.cancellation_details?.comment,
      metadata: made.metadata,
    }),
  }
}

function cancelsAt(made: Subscription, periodEnd: number | null | undefined): string | undefined {
  if (made.cancel_at) return instant(made.cancel_at)
  return made.cancel_at_period_end && periodEnd ? instant(periodEnd) : undefined
}
