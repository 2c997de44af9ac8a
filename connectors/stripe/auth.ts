import { defineAuth, z } from '#sdk'

/** The form of Stripe's API that this connector was written for; webhooks the hub sets up come in the same. */
export const apiVersion = '2026-07-29.dahlia'

export const auth = defineAuth({
  fields: z
    .object({
      signingSecret: z
        .string()
        .startsWith(
          'whsec_',
          'The signing secret starts with whsec_; Stripe shows it on the page of the endpoint.',
        )
        .optional()
        .meta({
          label: 'Signing secret',
          help: 'Developers → Webhooks → your endpoint → Reveal. Leave it empty if the hub sets the webhook up.',
          secret: true,
        }),
      secretKey: z
        .string()
        .regex(
          /^[sr]k_(test|live)_/,
          'A secret key starts with sk_ or rk_. A key that starts with pk_ is public and cannot read.',
        )
        .optional()
        .meta({
          label: 'Secret key',
          help: 'With it the hub looks up who a payment belongs to. A restricted key with “Customers: read” is enough; “Webhook Endpoints: write” lets the hub set the webhook up.',
          secret: true,
        }),
      webhookByHub: z.boolean().default(false).meta({
        label: 'Let the hub set the webhook up',
        help: 'The hub makes the endpoint at Stripe, looks daily whether it still works and removes it with the connection. It needs the secret key for that.',
      }),
    })
    .refine(({ secretKey, webhookByHub }) => secretKey !== undefined || !webhookByHub, {
      error: 'To set the webhook up the hub needs a key that may write webhook endpoints',
      path: ['secretKey'],
    }),
  http: ({ secretKey }) => ({
    prefixUrl: 'https://api.stripe.com',
    headers: {
      ...(secretKey ? { authorization: `Bearer ${secretKey}` } : {}),
      'stripe-version': apiVersion,
    },
  }),
  async check({ http, auth: { secretKey, webhookByHub } }) {
    if (!secretKey) return { account: 'Webhooks only' }
    const answer = await http.get('v1/account', { accept: [403] })
    if (answer.status !== 403) return { account: accountName(answer.json()) }
    // A restricted key may not look at the account. One that keeps the webhook need not read customers either.
    await http.get('v1/customers', { query: { limit: 1 }, accept: webhookByHub ? [403] : [] })
    return { account: 'Stripe, restricted key' }
  },
})

const account = z.looseObject({
  id: z.string(),
  email: z.string().nullish(),
  settings: z
    .looseObject({ dashboard: z.looseObject({ display_name: z.string().nullish() }).nullish() })
    .nullish(),
})

function accountName(answer: unknown): string {
  const { id, email, settings } = account.parse(answer)
  return settings?.dashboard?.display_name || email || id
}

export type Credentials = z.output<typeof auth.fields>
