/** What one synthetic event says, and of whom. */
export interface Fact {
  /** The vendor's name for the event. */
  eventId: string
  /** The order or other thing it is about; comes out of the hub again. */
  subject: string
  /** Numbers the person, up to seven digits; every detail of them is made from it. */
  person: number
  cents: number
}

export const buyerEmail = (person: number): string => `buyer${person}@example.com`
export const leadEmail = (person: number): string => `lead${person}@example.com`

/** Seven digits of their own for every person, so that no two share a telephone. */
const phoneOf = (prefix: string, person: number): string => `${prefix}${String(1_000_000 + person)}`

/** A paid checkout in the form and size of Stripe's `checkout.session.completed` (about 2.5 kB). */
export function checkoutBody({ eventId, subject, person, cents }: Fact): string {
  const session = {
    id: subject,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: true,
    amount_subtotal: cents,
    amount_total: cents,
    automatic_tax: { enabled: true, liability: { type: 'self' }, provider: 'stripe', status: 'complete' },
    billing_address_collection: 'required',
    cancel_url: 'https://shop.example.com/basket?step=payment',
    client_reference_id: `basket-${subject}`,
    client_secret: null,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    consent: { promotions: 'opt_in', terms_of_service: 'accepted' },
    consent_collection: {
      payment_method_reuse_agreement: null,
      promotions: 'auto',
      terms_of_service: 'required',
    },
    created: 1_795_600_000,
    currency: 'eur',
    currency_conversion: null,
    custom_fields: [
      {
        key: 'size',
        label: { custom: 'Size', type: 'custom' },
        optional: true,
        type: 'text',
        text: { value: 'M' },
      },
    ],
    custom_text: { after_submit: null, shipping_address: null, submit: null },
    customer: `cus_buyer${person}`,
    customer_creation: 'always',
    customer_details: {
      address: {
        city: 'Kraków',
        country: 'PL',
        line1: 'ulica Długa 4',
        line2: 'm. 7',
        postal_code: '31-146',
        state: 'małopolskie',
      },
      business_name: null,
      email: buyerEmail(person),
      individual_name: null,
      name: `Ada Buyer${person}`,
      phone: phoneOf('+4860', person),
      tax_exempt: 'none',
      tax_ids: [],
    },
    customer_email: null,
    discounts: [],
    expires_at: 1_795_686_400,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        metadata: {},
      },
    },
    livemode: false,
    locale: 'pl',
    metadata: { campaign: 'spring', newsletter: 'yes', utm_medium: 'email', utm_source: 'newsletter' },
    mode: 'payment',
    payment_intent: `pi_${subject}`,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card', 'blik', 'p24'],
    payment_status: 'paid',
    phone_number_collection: { enabled: true },
    recovered_from: null,
    saved_payment_method_options: { allow_redisplay_filters: ['always'], payment_method_save: null },
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'complete',
    submit_type: 'pay',
    subscription: null,
    success_url: 'https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted',
    url: null,
  }
  return JSON.stringify({
    id: eventId,
    object: 'event',
    api_version: '2025-09-30.clover',
    created: 1_795_600_000,
    data: { object: session },
    livemode: false,
    pending_webhooks: 1,
    request: { id: `req_${eventId}`, idempotency_key: `key-${eventId}` },
    type: 'checkout.session.completed',
  })
}

/** A changed contact as a CRM might post it to the generic webhook (about 1.2 kB). */
export function contactBody({ eventId, subject, person, cents }: Fact): string {
  return JSON.stringify({
    event_id: eventId,
    type: 'contact.changed',
    occurred_at: '2026-11-22T10:30:00Z',
    subject,
    triggered_by: { kind: 'user', id: '4471', name: 'Sales desk' },
    account: { id: '91823', domain: 'acme.example.com', plan: 'team', region: 'eu-central' },
    contact: {
      id: `lead-${person}`,
      email: leadEmail(person),
      first_name: 'Grace',
      last_name: `Lead${person}`,
      phone: phoneOf('+3461', person),
      company: 'Puente e Hijos SL',
      city: 'Valencia',
      country: 'Spain',
      language: 'es',
      tags: ['lead', 'webinar', 'spanish', 'warm'],
    },
    deal: {
      value: cents / 100,
      currency: 'USD',
      stage: 'negotiation',
      owner: 'owner@acme.example.com',
      probability: 0.6,
      products: ['Integration, yearly', 'Onboarding'],
      next_step: 'Call next week about the yearly plan and the number of seats.',
      closes_on: '2027-01-31',
    },
    changes: [
      { field: 'deal.stage', from: 'proposal', to: 'negotiation' },
      { field: 'contact.phone', from: null, to: phoneOf('+3461', person) },
    ],
    source: { utm_campaign: 'autumn', utm_medium: 'cpc', utm_source: 'search', landing: '/integrations/crm' },
    consent: {
      email: true,
      phone: false,
      recorded_at: '2026-10-02T08:15:30Z',
      text: 'I agree to be contacted.',
    },
  })
}
