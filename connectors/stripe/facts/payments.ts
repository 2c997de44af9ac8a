import { withoutBlanks, z } from '#sdk'
import type { ContactDraft, EventDraft } from '#sdk'
import { draft, fact, instant, maybeText, metadata, reference, seconds } from '../fact.ts'
import type { StripeEvent } from '../fact.ts'
import { address, contactOf } from '../stripe-contact.ts'
import { money } from '../stripe-money.ts'

const intent = z.looseObject({
  id: z.string(),
  amount: z.int(),
  amount_received: z.int().nullish(),
  currency: z.string(),
  customer: reference,
  description: maybeText,
  invoice: reference,
  last_payment_error: z
    .looseObject({
      code: maybeText,
      decline_code: maybeText,
      message: maybeText,
      payment_method: z
        .looseObject({
          type: maybeText,
          billing_details: z.looseObject({ email: maybeText, name: maybeText, phone: maybeText }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  metadata,
  payment_method_types: z.array(z.string()).nullish(),
  receipt_email: maybeText,
})

const charge = z.looseObject({
  id: z.string(),
  amount: z.int(),
  amount_captured: z.int().nullish(),
  amount_refunded: z.int().nullish(),
  billing_details: z.looseObject({ email: maybeText, name: maybeText, phone: maybeText, address }).nullish(),
  captured: z.boolean().nullish(),
  currency: z.string(),
  customer: reference,
  description: maybeText,
  failure_code: maybeText,
  failure_message: maybeText,
  invoice: reference,
  metadata,
  payment_intent: reference,
  payment_method_details: z.looseObject({ type: maybeText }).nullish(),
  receipt_email: maybeText,
  receipt_url: maybeText,
  refunded: z.boolean().nullish(),
})
type Charge = z.output<typeof charge>

const refund = z.looseObject({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  charge: reference,
  payment_intent: reference,
  reason: maybeText,
  status: maybeText,
  metadata,
})

const dispute = z.looseObject({
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  charge: reference,
  payment_intent: reference,
  reason: maybeText,
  status: maybeText,
  evidence_details: z.looseObject({ due_by: seconds.nullish() }).nullish(),
})

/** The intent stands for the payment; old integrations have charges without one. */
const paymentId = ({ payment_intent: intentId, id }: Charge): string => intentId ?? id

/** Money was received once, whether the intent or its charge says so first. */
const receivedKey = (id: string): string => `payment:${id}`

export const paymentFacts = {
  'payment_intent.succeeded': fact(
    intent,
    (paid) => [
      draft('payment.succeeded', contactOf({ id: paid.customer, email: paid.receipt_email }), {
        payment_id: paid.id,
        ...money('amount', paid.amount_received ?? paid.amount, paid.currency),
        method: paid.payment_method_types?.[0],
        description: paid.description,
        invoice_id: paid.invoice,
        metadata: paid.metadata,
      }),
    ],
    ({ id }) => receivedKey(id),
  ),

  'payment_intent.payment_failed': fact(intent, (failed) => {
    const error = failed.last_payment_error
    const payer = error?.payment_method?.billing_details
    const contact = contactOf({
      id: failed.customer,
      email: failed.receipt_email ?? payer?.email,
      name: payer?.name,
      phone: payer?.phone,
    })
    return [
      draft('payment.failed', contact, {
        payment_id: failed.id,
        ...money('amount', failed.amount, failed.currency),
        reason: error?.decline_code ?? error?.code,
        message: error?.message,
        method: error?.payment_method?.type,
        description: failed.description,
        invoice_id: failed.invoice,
        metadata: failed.metadata,
      }),
    ]
  }),

  // A charge that is only authorised has brought no money yet; its `charge.captured` will.
  'charge.succeeded': fact(
    charge,
    (made, event) => [made.captured === false ? told(made, event) : received(made)],
    (made, { id }) => (made.captured === false ? id : receivedKey(paymentId(made))),
  ),
  'charge.captured': fact(
    charge,
    (made) => [received(made)],
    (made) => receivedKey(paymentId(made)),
  ),

  // A failed charge of an intent is told by the intent, once for every try.
  'charge.failed': fact(charge, (made, event) => [made.payment_intent ? told(made, event) : declined(made)]),

  'charge.refunded': fact(charge, (made, event) => {
    const before = z.int().safeParse(event.data.previous_attributes?.amount_refunded)
    const refunded = (made.amount_refunded ?? 0) - (before.data ?? 0)
    return [
      draft('payment.refunded', payerOf(made), {
        ...ofCharge(made),
        ...money('amount', refunded, made.currency),
        ...money('refunded_total', made.amount_refunded, made.currency),
        full: made.refunded,
      }),
    ]
  }),

  // Stripe tells a refund of a charge a second time as `charge.refunded`, without anything the two have in common;
  // counting both would double it. Only what has no charge is counted from here.
  'refund.created': fact(refund, (given) => {
    const facts = {
      refund_id: given.id,
      payment_id: given.payment_intent ?? given.charge ?? given.id,
      charge_id: given.charge,
      ...money('amount', given.amount, given.currency),
      reason: given.reason,
      status: given.status,
      metadata: given.metadata,
    }
    if (!given.charge) return [draft('payment.refunded', {}, facts)]
    return [draft('custom.event', {}, { name: 'refund.created', ...facts })]
  }),

  'charge.dispute.created': fact(dispute, (opened) => [
    draft(
      'payment.disputed',
      {},
      {
        payment_id: opened.payment_intent ?? opened.charge ?? opened.id,
        dispute_id: opened.id,
        charge_id: opened.charge,
        ...money('amount', opened.amount, opened.currency),
        reason: opened.reason,
        status: opened.status,
        answer_by_at: opened.evidence_details?.due_by ? instant(opened.evidence_details.due_by) : undefined,
      },
    ),
  ]),
}

function received(made: Charge): Omit<EventDraft, 'occurred_at'> {
  const amount = made.amount_captured || made.amount
  return draft('payment.succeeded', payerOf(made), {
    ...ofCharge(made),
    ...money('amount', amount, made.currency),
  })
}

function declined(made: Charge): Omit<EventDraft, 'occurred_at'> {
  return draft('payment.failed', payerOf(made), {
    ...ofCharge(made),
    ...money('amount', made.amount, made.currency),
    reason: made.failure_code,
    message: made.failure_message,
  })
}

function told(made: Charge, event: StripeEvent): Omit<EventDraft, 'occurred_at'> {
  const amount = money('amount', made.amount, made.currency)
  return draft('custom.event', payerOf(made), { name: event.type, ...ofCharge(made), ...amount })
}

function ofCharge(made: Charge): Record<string, unknown> {
  return withoutBlanks({
    payment_id: paymentId(made),
    charge_id: made.id,
    method: made.payment_method_details?.type,
    description: made.description,
    invoice_id: made.invoice,
    receipt_url: made.receipt_url,
    metadata: made.metadata,
  })
}

function payerOf({ customer, receipt_email: receipt, billing_details: payer }: Charge): ContactDraft {
  return contactOf({
    id: customer,
    email: payer?.email ?? receipt,
    name: payer?.name,
    phone: payer?.phone,
    address: payer?.address,
  })
}
