import { createHmac } from 'node:crypto'
import { postWebhook } from './post-webhook.ts'
import type { Posted } from './stand-in.ts'
import type { Customer, StripeAccount } from './stripe-account.ts'

type Data = Record<string, unknown>

/** What an event is about, beside who. */
interface About {
  account: StripeAccount
  customer: Customer
  cents: number
  currency: string
}

/** What the stand-in can post, with the object inside. */
const objects: Record<string, (about: About) => Data> = {
  'checkout.session.completed': (about) => session(about, 'paid'),
  'checkout.session.expired': (about) => ({
    ...session(about, 'unpaid'),
    after_expiration: { recovery: { enabled: true, url: 'https://buy.stripe.example/recover' } },
  }),
  'customer.created': ({ customer }) => ({ ...customer, object: 'customer' }),
  'customer.updated': ({ customer }) => ({ ...customer, object: 'customer' }),
  'payment_intent.succeeded': (about) => intent(about),
  'payment_intent.payment_failed': (about) => ({
    ...intent(about),
    last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds', message: 'Declined.' },
  }),
  'charge.refunded': (about) => charge(about),
  'invoice.paid': (about) => invoice(about),
  'customer.subscription.created': (about) => subscription(about, 'active'),
  'customer.subscription.deleted': (about) => subscription(about, 'canceled'),
}

export const eventNames: readonly string[] = Object.keys(objects)

/** Types that an endpoint can ask for: those that can be posted, and others that Stripe has. */
export const eventTypes: ReadonlySet<string> = new Set([
  ...eventNames,
  ...(
    'checkout.session.async_payment_succeeded checkout.session.async_payment_failed customer.deleted ' +
    'charge.succeeded charge.captured charge.failed charge.updated charge.pending charge.expired ' +
    'charge.dispute.created charge.dispute.closed refund.created refund.updated refund.failed ' +
    'invoice.created invoice.finalized invoice.sent invoice.overdue invoice.payment_failed invoice.voided ' +
    'payment_intent.created payment_intent.canceled payment_intent.processing payout.paid payout.failed ' +
    'customer.subscription.updated customer.subscription.paused customer.subscription.resumed ' +
    'customer.subscription.trial_will_end'
  ).split(' '),
])

/**
 * Posts an event to every endpoint that asked for its type, signed with that endpoint's own secret (docs.stripe.com,
 * “Verify webhook signatures manually”, read 2026-11). `to` names one more address, signed with `secret`.
 */
export async function emitEvent(
  account: StripeAccount,
  query: URLSearchParams,
  secret: string,
): Promise<Posted[]> {
  const type = query.get('event') ?? ''
  const customer = account.customerNamed(
    query.get('email') ?? 'anna.nowak@example.org',
    query.get('name') ?? 'Anna Nowak',
  )
  const cents = Number(query.get('cents') ?? 4900)
  const about = { account, customer, cents, currency: query.get('currency') ?? 'eur' }
  const event = {
    id: account.next('evt'),
    object: 'event',
    api_version: '2026-07-29.dahlia',
    created: account.seconds(),
    data: { object: objects[type]?.(about) },
    livemode: false,
    pending_webhooks: account.endpoints.size,
    request: { id: null, idempotency_key: null },
    type,
  }
  const body = JSON.stringify(event, null, 2)
  const asked = [...account.endpoints.values()].filter(
    ({ isOn, types }) => isOn && (types.includes(type) || types.includes('*')),
  )
  const to = query.get('to')
  const receivers = [...asked, ...(to ? [{ url: to, secret }] : [])]
  return Promise.all(
    receivers.map((receiver) => {
      const time = account.seconds()
      const signature = createHmac('sha256', receiver.secret).update(`${time}.${body}`).digest('hex')
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': `t=${time},v1=${signature}`,
      }
      return postWebhook(receiver.url, { headers, body })
    }),
  )
}

function session({ account, customer, cents, currency }: About, payment_status: string): Data {
  const { id, email, name } = customer
  return {
    id: account.next('cs_test'),
    object: 'checkout.session',
    mode: 'payment',
    payment_status,
    amount_subtotal: cents,
    amount_total: cents,
    currency,
    customer: id,
    customer_details: { email, name, phone: null, address: null },
    created: account.seconds(),
  }
}

function intent({ account, customer, cents, currency }: About): Data {
  return {
    id: account.next('pi'),
    object: 'payment_intent',
    amount: cents,
    amount_received: cents,
    currency,
    customer: customer.id,
    receipt_email: customer.email,
    payment_method_types: ['card'],
    created: account.seconds(),
  }
}

function charge({ account, customer, cents, currency }: About): Data {
  return {
    id: account.next('ch'),
    object: 'charge',
    amount: cents,
    amount_captured: cents,
    amount_refunded: cents,
    refunded: true,
    captured: true,
    currency,
    customer: customer.id,
    billing_details: { email: customer.email, name: customer.name, phone: null, address: null },
    created: account.seconds(),
  }
}

function invoice({ account, customer, cents, currency }: About): Data {
  return {
    id: account.next('in'),
    object: 'invoice',
    number: account.next('INV'),
    status: 'paid',
    amount_due: cents,
    amount_paid: cents,
    total: cents,
    subtotal: cents,
    currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name,
    billing_reason: 'manual',
    created: account.seconds(),
  }
}

function subscription({ account, customer, cents, currency }: About, status: string): Data {
  const price = {
    id: 'price_Sandbox',
    unit_amount: cents,
    currency,
    recurring: { interval: 'month', interval_count: 1 },
  }
  return {
    id: account.next('sub'),
    object: 'subscription',
    status,
    customer: customer.id,
    currency,
    items: { data: [{ id: account.next('si'), quantity: 1, price }] },
    created: account.seconds(),
  }
}
