import { withoutBlanks, z } from '#sdk'
import type { EventDraft, EventName } from '#sdk'
import { draft, fact, instant, maybeText, metadata, reference, seconds } from '../fact.ts'
import { address, contactOf } from '../stripe-contact.ts'
import { money } from '../stripe-money.ts'

const line = z.looseObject({
  amount: z.int().nullish(),
  currency: maybeText,
  description: maybeText,
  quantity: z.int().nullish(),
  price: z.looseObject({ id: maybeText, product: reference }).nullish(),
  pricing: z
    .looseObject({ price_details: z.looseObject({ price: reference, product: reference }).nullish() })
    .nullish(),
})

const invoice = z.looseObject({
  id: z.string(),
  amount_due: z.int().nullish(),
  amount_paid: z.int().nullish(),
  attempt_count: z.int().nullish(),
  billing_reason: maybeText,
  currency: z.string(),
  customer: reference,
  customer_address: address,
  customer_email: maybeText,
  customer_name: maybeText,
  customer_phone: maybeText,
  due_date: seconds.nullish(),
  hosted_invoice_url: maybeText,
  lines: z.looseObject({ data: z.array(line) }).nullish(),
  metadata,
  next_payment_attempt: seconds.nullish(),
  number: maybeText,
  // Since API version 2025-03-31 the subscription stands under `parent`.
  parent: z
    .looseObject({ subscription_details: z.looseObject({ subscription: reference }).nullish() })
    .nullish(),
  payment_intent: reference,
  status: maybeText,
  subscription: reference,
  subtotal: z.int().nullish(),
  total: z.int(),
})
type Invoice = z.output<typeof invoice>

export const invoiceFacts = {
  'invoice.created': fact(invoice, (made) => [about(made, 'invoice.created')]),
  'invoice.finalized': fact(invoice, (made) => [about(made, 'invoice.finalized')]),
  'invoice.sent': fact(invoice, (made) => [about(made, 'invoice.sent')]),
  'invoice.overdue': fact(invoice, (made) => [about(made, 'invoice.overdue')]),
  'invoice.payment_failed': fact(invoice, (made) => [about(made, 'invoice.payment_failed')]),
  // The same key as a checkout session with this invoice: one sale, whichever event comes first.
  'invoice.paid': fact(
    invoice,
    (made) => [about(made, 'invoice.paid'), ...sale(made)],
    ({ id }) => `order:${id}`,
  ),
}

/** The first invoice of a trial is over nothing, and nothing was sold yet. */
function sale(made: Invoice): Omit<EventDraft, 'occurred_at'>[] {
  if (made.total <= 0) return []
  const order = draft('order.completed', buyerOf(made), {
    order_id: made.id,
    ...ofInvoice(made),
    ...money('subtotal', made.subtotal, made.currency),
    ...money('total', made.total, made.currency),
    products: (made.lines?.data ?? []).map(productOf),
    payment_ref: made.payment_intent,
  })
  return [order]
}

function about(made: Invoice, name: EventName): Omit<EventDraft, 'occurred_at'> {
  return draft(name, buyerOf(made), {
    invoice_id: made.id,
    ...ofInvoice(made),
    ...money('amount_due', made.amount_due, made.currency),
    ...money('total', made.total, made.currency),
    attempt_count: name === 'invoice.payment_failed' ? made.attempt_count : undefined,
    next_attempt_at: made.next_payment_attempt ? instant(made.next_payment_attempt) : undefined,
  })
}

function ofInvoice(made: Invoice): Record<string, unknown> {
  return {
    number: made.number,
    status: made.status,
    subscription_id: made.subscription ?? made.parent?.subscription_details?.subscription,
    billing_reason: made.billing_reason,
    due_at: made.due_date ? instant(made.due_date) : undefined,
    url: made.hosted_invoice_url,
    metadata: made.metadata,
  }
}

function productOf(sold: z.output<typeof line>): Record<string, unknown> {
  const details = sold.pricing?.price_details
  return withoutBlanks({
    product_id: sold.price?.product ?? details?.product,
    price_id: sold.price?.id ?? details?.price,
    name: sold.description,
    quantity: sold.quantity,
    ...money('total', sold.amount, sold.currency),
  })
}

const buyerOf = (made: Invoice) =>
  contactOf({
    id: made.customer,
    email: made.customer_email,
    name: made.customer_name,
    phone: made.customer_phone,
    address: made.customer_address,
  })
