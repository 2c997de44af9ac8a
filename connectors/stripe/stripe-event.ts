import { withoutBlanks, z } from '#sdk'
import type { EventDraft } from '#sdk'
import { envelope, instant } from './fact.ts'
import type { Fact, StripeEvent } from './fact.ts'
import { checkoutFacts } from './facts/checkout.ts'
import { customerFacts } from './facts/customers.ts'
import { invoiceFacts } from './facts/invoices.ts'
import { paymentFacts } from './facts/payments.ts'
import { subscriptionFacts } from './facts/subscriptions.ts'

/** Every type of Stripe's that has a word in the vocabulary; the rest goes on as `custom.event`. */
const facts: Record<string, Fact> = {
  ...checkoutFacts,
  ...customerFacts,
  ...invoiceFacts,
  ...paymentFacts,
  ...subscriptionFacts,
}

/**
 * The types a webhook is to send for the triggers to work. A refund is left out where Stripe tells it the second time.
 */
export const typesWanted = Object.keys(facts).filter((type) => type !== 'refund.created')

interface Understood {
  key: string
  drafts: EventDraft[]
}

/** The newer, thin kind of event: it names an object and does not show it. */
const thinEvent = z
  .looseObject({
    id: z.string().min(1),
    object: z.literal('v2.core.event'),
    type: z.string().min(1),
    created: z.iso.datetime({ offset: true }),
    livemode: z.boolean().optional(),
    related_object: z.unknown(),
    data: z.unknown(),
  })
  .transform(({ id, type, created, livemode, related_object, data }): Understood => {
    const properties = withoutBlanks({ name: type, livemode, properties: { related_object, data } })
    return { key: id, drafts: [{ name: 'custom.event', occurred_at: created, properties }] }
  })

const fullEvent = envelope.transform((event, { issues }): Understood => {
  const known = Object.hasOwn(facts, event.type) ? facts[event.type] : undefined
  if (!known) return { key: event.id, drafts: [unnamed(event)] }
  const read = known.read(event)
  if (read.ok) return { key: read.key, drafts: read.drafts }
  for (const issue of read.error.issues) {
    issues.push({
      code: 'custom',
      message: issue.message,
      path: ['data', 'object', ...issue.path],
      input: event,
    })
  }
  return z.NEVER
})

/** A type the vocabulary has no name for goes on under Stripe's own. */
function unnamed({ type, created, livemode, data }: StripeEvent): EventDraft {
  const { customer } = data.object
  return {
    name: 'custom.event',
    occurred_at: instant(created),
    ...(typeof customer === 'string' ? { contact: { external_id: customer } } : {}),
    properties: withoutBlanks({ name: type, livemode, properties: data.object }),
  }
}

/** Whatever Stripe posts, read as far as it can be. What its type does not promise is not understood, and says where. */
export const stripeEvent = z.discriminatedUnion('object', [fullEvent, thinEvent])
