import { withoutBlanks, z } from '#sdk'
import type { EventDraft } from '#sdk'
import { draft, fact, maybeText, metadata, reference } from '../fact.ts'
import { address, contactOf } from '../stripe-contact.ts'
import { money } from '../stripe-money.ts'

const session = z.looseObject({
  id: z.string(),
  amount_subtotal: z.int().nullish(),
  amount_total: z.int().nullish(),
  total_details: z
    .looseObject({
      amount_discount: z.int().nullish(),
      amount_shipping: z.int().nullish(),
      amount_tax: z.int().nullish(),
    })
    .nullish(),
  currency: maybeText,
  customer: reference,
  customer_email: maybeText,
  customer_details: z.looseObject({ email: maybeText, name: maybeText, phone: maybeText, address }).nullish(),
  client_reference_id: maybeText,
  consent: z.looseObject({ promotions: maybeText }).nullish(),
  custom_fields: z
    .array(
      z.looseObject({
        key: z.string(),
        text: z.looseObject({ value: maybeText }).nullish(),
        dropdown: z.looseObject({ value: maybeText }).nullish(),
        numeric: z.looseObject({ value: maybeText }).nullish(),
      }),
    )
    .nullish(),
  invoice: reference,
  locale: maybeText,
  metadata,
  mode: maybeText,
  payment_intent: reference,
  payment_link: reference,
  payment_status: maybeText,
  subscription: reference,
  after_expiration: z
    .looseObject({ recovery: z.looseObject({ enabled: z.boolean().nullish(), url: maybeText }).nullish() })
    .nullish(),
})
type Session = z.output<typeof session>

/** A sale has the invoice's number where there is an invoice, so that the invoice's own event does not count it again. */
const orderId = ({ invoice, id }: Session): string => invoice ?? id
const orderKey = (paid: Session): string => `order:${orderId(paid)}`

const isPaid = ({ payment_status: status }: Session): boolean =>
  status === 'paid' || status === 'no_payment_required'

export const checkoutFacts = {
  'checkout.session.completed': fact(
    session,
    (done) => [completed(done)],
    (done, { id }) => (isPaid(done) ? orderKey(done) : id),
  ),
  'checkout.session.async_payment_succeeded': fact(session, (done) => [sale(done)], orderKey),
  'checkout.session.async_payment_failed': fact(session, (done) => [
    order('order.updated', done, 'payment_failed'),
  ]),
  'checkout.session.expired': fact(session, (gone) => [left(gone)]),
}

function completed(done: Session): Omit<EventDraft, 'occurred_at'> {
  // A session that only stores a card has no amount; nothing was ordered.
  if (done.mode === 'setup') {
    return ofBuyer(done, 'custom.event', { name: 'checkout.session.completed', checkout_id: done.id })
  }
  return isPaid(done) ? sale(done) : order('order.created', done, 'awaiting_payment')
}

function sale(done: Session): Omit<EventDraft, 'occurred_at'> {
  const { amount_total: total, amount_subtotal: subtotal, total_details: parts, currency } = done
  return ofBuyer(done, 'order.completed', {
    order_id: orderId(done),
    checkout_id: done.id,
    ...money('subtotal', subtotal, currency),
    ...money('discount', parts?.amount_discount, currency),
    ...money('shipping', parts?.amount_shipping, currency),
    ...money('tax', parts?.amount_tax, currency),
    ...money('total', total, currency),
    // Stripe leaves the lines of a session out of its events.
    products: [],
    payment_ref: done.payment_intent,
    subscription_id: done.subscription,
  })
}

function order(
  name: 'order.created' | 'order.updated',
  done: Session,
  status: string,
): Omit<EventDraft, 'occurred_at'> {
  const total = money('total', done.amount_total, done.currency)
  return ofBuyer(done, name, { order_id: orderId(done), checkout_id: done.id, status, ...total })
}

/** An expired session is an abandoned cart where Stripe offers a way back to it; otherwise it is only the end of a page. */
function left(gone: Session): Omit<EventDraft, 'occurred_at'> {
  const recovery = gone.after_expiration?.recovery
  const total = money('total', gone.amount_total, gone.currency)
  if (!recovery?.enabled || !recovery.url || !('total' in total)) {
    return ofBuyer(gone, 'custom.event', { name: 'checkout.session.expired', checkout_id: gone.id, ...total })
  }
  return ofBuyer(gone, 'cart.abandoned', {
    cart_id: gone.id,
    checkout_id: gone.id,
    products: [],
    ...total,
    recovery_url: recovery.url,
  })
}

function ofBuyer(
  from: Session,
  name: EventDraft['name'],
  properties: Record<string, unknown>,
): Omit<EventDraft, 'occurred_at'> {
  const { customer_details: buyer } = from
  const contact = contactOf({
    id: from.customer,
    email: buyer?.email ?? from.customer_email,
    name: buyer?.name,
    phone: buyer?.phone,
    address: buyer?.address,
    locale: from.locale,
  })
  const answers = (from.custom_fields ?? []).map(({ key, text, dropdown, numeric }) => [
    key,
    text?.value ?? dropdown?.value ?? numeric?.value,
  ])
  const context = withoutBlanks({
    campaign: {
      source: from.metadata?.utm_source,
      medium: from.metadata?.utm_medium,
      name: from.metadata?.utm_campaign,
      term: from.metadata?.utm_term,
      content: from.metadata?.utm_content,
    },
    consent: { marketing: agreed(from.consent?.promotions) },
  })
  return {
    ...draft(name, contact, {
      ...properties,
      mode: from.mode,
      payment_link: from.payment_link,
      client_reference_id: from.client_reference_id,
      custom_fields: Object.fromEntries(answers),
      metadata: from.metadata,
    }),
    ...(Object.keys(context).length > 0 ? { context } : {}),
    actor: 'contact',
  }
}

function agreed(promotions: string | null | undefined): boolean | undefined {
  if (promotions === 'opt_in') return true
  return promotions === 'opt_out' ? false : undefined
}
