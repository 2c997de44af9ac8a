import { defineConnector, defineInbound, defineTrigger, hmac } from '#sdk'
import { auth } from './auth.ts'
import type { Credentials } from './auth.ts'
import { explain } from './explain.ts'
import { findPayer } from './find-payer.ts'
import { registration } from './registration.ts'
import { stripeEvent } from './stripe-event.ts'

const webhook = defineInbound({
  id: 'webhook',
  auth,
  // The key is the whole text, `whsec_` and all, and not what it would decode to. The time is that of each try.
  signature: hmac({
    header: 'stripe-signature',
    field: 'v1',
    timestamp: { field: 't', toleranceSeconds: 300 },
    signs: '{timestamp}.{body}',
    secret: ({ signingSecret }: Credentials) => signingSecret,
  }),
  item: stripeEvent,
  dedupeKey: ({ key }) => key,
  normalise: ({ drafts }) => drafts,
})

const triggers = {
  newSale: defineTrigger({
    name: 'New sale',
    description:
      'A checkout was paid, or an invoice. One sale counts once, although Stripe tells it several times.',
    events: ['order.completed'],
  }),
  paymentReceived: defineTrigger({
    name: 'Payment received',
    description: 'Money came in, whatever it was for.',
    events: ['payment.succeeded'],
  }),
  paymentFailed: defineTrigger({
    name: 'Payment failed',
    description: 'A card was declined or a transfer did not arrive. Every try counts.',
    events: ['payment.failed'],
  }),
  refund: defineTrigger({
    name: 'Refund',
    description: 'Money was given back, all of it or a part.',
    events: ['payment.refunded'],
  }),
  dispute: defineTrigger({
    name: 'Dispute',
    description: 'A buyer asked the bank for the money back.',
    events: ['payment.disputed'],
  }),
  subscriptionChanged: defineTrigger({
    name: 'Subscription changes',
    description: 'A subscription began, was renewed, changed, paused or ended, or its trial is about to end.',
    events: [
      'subscription.started',
      'subscription.renewed',
      'subscription.updated',
      'subscription.paused',
      'subscription.cancelled',
      'subscription.trial_ending',
    ],
  }),
  invoice: defineTrigger({
    name: 'Invoice changes',
    description: 'An invoice was made, sent or paid, is overdue, or could not be collected.',
    events: [
      'invoice.created',
      'invoice.finalized',
      'invoice.sent',
      'invoice.paid',
      'invoice.overdue',
      'invoice.payment_failed',
    ],
  }),
  customer: defineTrigger({
    name: 'Customer created or changed',
    description: 'A customer is new, was changed or was deleted at Stripe.',
    events: ['contact.created', 'contact.updated', 'contact.deleted'],
  }),
  checkoutPending: defineTrigger({
    name: 'Order waits for its payment',
    description:
      'A checkout was finished with a slow way to pay, such as a bank transfer; or that payment failed.',
    events: ['order.created', 'order.updated'],
  }),
  cartAbandoned: defineTrigger({
    name: 'Cart abandoned',
    description: 'A checkout ran out unpaid, and Stripe offers a link back to it.',
    events: ['cart.abandoned'],
  }),
  anythingElse: defineTrigger({
    name: 'Any other Stripe event',
    description: 'Everything the triggers above do not cover, under the name Stripe gives it.',
    events: ['custom.event'],
  }),
}

export default defineConnector({
  id: 'stripe',
  name: 'Stripe',
  description: 'Sales, payments, subscriptions and customers from Stripe.',
  version: 1,
  auth,
  inbound: [webhook],
  triggers,
  actions: {},
  enrich: findPayer,
  canEnrich: ({ secretKey }) => secretKey !== undefined,
  registration,
  explain,
  // Stripe allows about 100 requests a second (25 with test keys); the hub leaves most of that to the shop itself.
  limits: { rate: { requests: 20, perMs: 1000 } },
})
