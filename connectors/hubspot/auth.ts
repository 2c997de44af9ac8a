import { defineAuth, z } from '#sdk'

export const auth = defineAuth({
  fields: z.object({
    accessToken: z.string().min(1).meta({
      label: 'Access token',
      help: 'Settings → Integrations → Private apps → your app → Auth. It starts with pat-.',
      secret: true,
    }),
    clientSecret: z.string().min(1).optional().meta({
      label: 'Client secret',
      help: 'On the same page as the token. Needed to check what HubSpot sends.',
      secret: true,
    }),
    workflowCheck: z
      .enum(['signature', 'header', 'query', 'none'])
      .default('signature')
      .meta({
        label: 'How workflow webhooks prove themselves',
        help: 'As chosen in the workflow under “Authentication type”. App webhooks are always signed.',
        choices: {
          signature: 'HubSpot’s signature',
          header: 'An API key in a header',
          query: 'An API key in the address',
          none: 'Not at all',
        },
      }),
    workflowKeyName: z
      .string()
      .min(1)
      .default('x-api-key')
      .meta({
        label: 'Name of the API key',
        help: 'The name of the header or parameter, as in the workflow.',
        onlyFor: { workflowCheck: ['header', 'query'] },
      }),
    workflowKey: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'API key of the workflow',
        help: 'The value of the secret in HubSpot.',
        onlyFor: { workflowCheck: ['header', 'query'] },
        secret: true,
      }),
  }),
  http: ({ accessToken }) => ({
    // Portals in the EU answer at the same address.
    prefixUrl: 'https://api.hubapi.com',
    headers: { authorization: `Bearer ${accessToken}` },
  }),
  async check({ http }) {
    const { portalId, uiDomain } = details.parse(await http.get('account-info/v3/details').json())
    return { account: `Account ${portalId} (${uiDomain ?? 'app.hubspot.com'})` }
  },
})

export type Credentials = z.output<typeof auth.fields>

const details = z.looseObject({ portalId: z.union([z.number(), z.string()]), uiDomain: z.string().nullish() })
