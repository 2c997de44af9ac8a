import type { Dice } from './dice.ts'
import type { Person } from './people.ts'

/** What the company sells by subscription; prices in cents a month. */
export const plans = {
  solo: { nickname: 'Solo', cents: 1_900 },
  studio: { nickname: 'Studio', cents: 4_900 },
  chain: { nickname: 'Chain', cents: 14_900 },
} as const
export type Plan = keyof typeof plans

type StripeObject = Record<string, unknown>

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)
const DAY_S = 86_400

/** Somebody’s account at Stripe. */
export const customer = ({ customerId, email, fullName, phone, address, locale }: Person): StripeObject => ({
  id: customerId,
  object: 'customer',
  email,
  name: fullName,
  phone,
  address,
  preferred_locales: [locale],
})

/** A payment page that was filled in, or left. */
export function checkout(
  person: Person,
  sold: { id: string; cents: number; invoice?: string; subscription?: string; product: string },
): StripeObject {
  const { customerId, email, fullName, phone, address, locale, campaign } = person
  return {
    id: `cs_live_${sold.id}`,
    object: 'checkout.session',
    mode: sold.subscription ? 'subscription' : 'payment',
    status: 'complete',
    payment_status: 'paid',
    amount_subtotal: sold.cents,
    amount_total: sold.cents,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    currency: 'eur',
    customer: customerId,
    customer_details: { email, name: fullName, phone, address },
    invoice: sold.invoice ?? null,
    subscription: sold.subscription ?? null,
    payment_intent: sold.invoice ? null : `pi_${sold.id}`,
    locale: locale.slice(0, 2),
    metadata: {
      product: sold.product,
      utm_source: campaign.source,
      utm_medium: campaign.medium,
      ...(campaign.name ? { utm_campaign: campaign.name } : {}),
    },
  }
}

/** A subscription in the state that an event tells of. */
export function subscription(
  person: Person,
  plan: Plan,
  told: { id: string; at: Date; status: string; trialEnds?: Date; feedback?: string },
): StripeObject {
  const { nickname, cents } = plans[plan]
  const start = seconds(told.at)
  return {
    id: told.id,
    object: 'subscription',
    status: told.status,
    customer: person.customerId,
    currency: 'eur',
    cancel_at_period_end: false,
    cancellation_details: {
      reason: told.feedback ? 'cancellation_requested' : null,
      feedback: told.feedback ?? null,
      comment: null,
    },
    items: {
      object: 'list',
      data: [
        {
          id: `si_${told.id.slice(4)}`,
          object: 'subscription_item',
          current_period_start: start,
          current_period_end: start + 30 * DAY_S,
          quantity: 1,
          price: {
            id: `price_${plan}_monthly`,
            object: 'price',
            nickname,
            product: `prod_${plan}`,
            unit_amount: cents,
            currency: 'eur',
            recurring: { interval: 'month', interval_count: 1 },
          },
        },
      ],
    },
    trial_end: told.trialEnds ? seconds(told.trialEnds) : null,
    metadata: {},
  }
}

/** An invoice that was paid. */
export function invoice(
  person: Person,
  plan: Plan,
  told: {
    id: string
    number: string
    subscription: string
    reason: 'subscription_create' | 'subscription_cycle'
  },
): StripeObject {
  const { nickname, cents } = plans[plan]
  return {
    id: told.id,
    object: 'invoice',
    number: told.number,
    status: 'paid',
    billing_reason: told.reason,
    attempt_count: 1,
    currency: 'eur',
    amount_due: cents,
    amount_paid: cents,
    subtotal: cents,
    total: cents,
    customer: person.customerId,
    customer_email: person.email,
    customer_name: person.fullName,
    customer_phone: person.phone,
    customer_address: person.address,
    lines: {
      object: 'list',
      data: [
        {
          id: `il_${told.id.slice(3)}`,
          object: 'line_item',
          amount: cents,
          currency: 'eur',
          description: `1 × ${nickname} (at €${(cents / 100).toFixed(2)} / month)`,
          quantity: 1,
          pricing: {
            type: 'price_details',
            price_details: { price: `price_${plan}_monthly`, product: `prod_${plan}` },
          },
        },
      ],
    },
    parent: { type: 'subscription_details', subscription_details: { subscription: told.subscription } },
    metadata: {},
  }
}

const declines = {
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  do_not_honor: 'Your card was declined.',
} as const

/** A payment that the bank turned down. */
export function failedPayment(person: Person, plan: Plan, dice: Dice): StripeObject {
  const { cents, nickname } = plans[plan]
  const reason = dice.weighted({ insufficient_funds: 5, expired_card: 3, do_not_honor: 2 })
  return {
    id: `pi_${dice.token(16)}`,
    object: 'payment_intent',
    amount: cents,
    amount_received: 0,
    currency: 'eur',
    customer: person.customerId,
    receipt_email: person.email,
    description: `${nickname}, monthly`,
    last_payment_error: {
      code: reason === 'expired_card' ? 'expired_card' : 'card_declined',
      decline_code: reason,
      message: declines[reason],
      payment_method: {
        type: 'card',
        billing_details: { email: person.email, name: person.fullName, phone: person.phone },
      },
    },
    payment_method_types: ['card'],
    metadata: {},
  }
}

/** A charge that was given back. */
export const refund = (person: Person, sold: { id: string; cents: number }): StripeObject => ({
  id: `ch_${sold.id}`,
  object: 'charge',
  amount: sold.cents,
  amount_captured: sold.cents,
  amount_refunded: sold.cents,
  refunded: true,
  captured: true,
  currency: 'eur',
  customer: person.customerId,
  payment_intent: `pi_${sold.id}`,
  billing_details: {
    email: person.email,
    name: person.fullName,
    phone: person.phone,
    address: person.address,
  },
  metadata: {},
})
