import { defineAuth, z } from '#sdk'
import type { TokenSource } from '#sdk'

const fields = z
  .object({
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be the whole address, with https:// in front' })
      .meta({
        label: 'Address of Mautic',
        help: 'As in the browser, up to the name of the host (and the folder, if Mautic lives in one): https://mautic.example.org',
      }),
    signIn: z
      .enum(['basic', 'oauth2', 'client_credentials'])
      .default('basic')
      .meta({
        label: 'How the hub signs in',
        choices: {
          basic: 'User name and password',
          oauth2: 'You sign in at Mautic and agree',
          client_credentials: 'As an application of its own',
        },
      }),
    userName: z
      .string()
      .min(1)
      .optional()
      .meta({ label: 'User name', onlyFor: { signIn: 'basic' } }),
    password: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Password',
        onlyFor: { signIn: 'basic' },
        help: '“Enable HTTP basic auth” must be on under Configuration → API Settings.',
        secret: true,
        password: true,
      }),
    clientId: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Public key',
        help: 'In Mautic: Settings → API Credentials.',
        onlyFor: { signIn: ['oauth2', 'client_credentials'] },
      }),
    clientSecret: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Secret key',
        help: 'On the same page.',
        secret: true,
        onlyFor: { signIn: ['oauth2', 'client_credentials'] },
      }),
    webhookSecret: z.string().min(1).optional().meta({
      label: 'Webhook secret',
      help: 'The hub fills it in when it sets the webhook up. By hand: Settings → Webhooks → your webhook → Secret.',
      secret: true,
    }),
    campaignToken: z.string().min(16, 'Use at least 16 characters.').optional().meta({
      label: 'Token of campaign webhooks',
      help: 'Only for the campaign action “Send a webhook”, which signs nothing: add the header X-Switchyard-Token with this value there.',
      secret: true,
    }),
  })
  .superRefine((given, { issues }) => {
    const needed: (keyof typeof given)[] =
      given.signIn === 'basic' ? ['userName', 'password'] : ['clientId', 'clientSecret']
    for (const name of needed) {
      if (given[name]) continue
      const message = 'is needed for this way of signing in'
      issues.push({ code: 'custom', path: [name], message, input: given })
    }
  })

export type Credentials = z.output<typeof fields>

export const auth = defineAuth({
  fields,
  token: tokenSource,
  http: (given, accessToken) => ({
    prefixUrl: addressOf(given),
    headers: { authorization: authorizationOf(given, accessToken) },
  }),
  async check({ http, auth: given }) {
    // Everybody who may see contacts may ask this; who they are may not be asked by everybody.
    const answer = await http.get('api/contacts', { query: { limit: 1, minimal: 1 } })
    contacts.parse(answer.json())
    const { host } = new URL(given.baseUrl)
    const version = answer.headers['mautic-version']
    const who = given.signIn === 'basic' ? `${given.userName} at ${host}` : host
    return { account: version ? `${who} (Mautic ${version})` : who }
  },
})

const contacts = z.looseObject({ total: z.union([z.string(), z.number()]) })

/** Mautic's address without what follows it in a browser: a slash, or the path of the API. */
export function addressOf({ baseUrl }: Pick<Credentials, 'baseUrl'>): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/api$/, '')
}

/**
 * Mautic's own OAuth2 server (fos/oauth-server-bundle): it takes the application's keys from the form alone, has no
 * scopes, and wants `grant_type` already where people sign in. A refresh token lives 14 days and is good once.
 */
function tokenSource(given: Credentials): TokenSource | undefined {
  const { signIn, clientId = '', clientSecret = '' } = given
  const tokenUrl = `${addressOf(given)}/oauth/v2/token`
  if (signIn === 'client_credentials') {
    return { kind: 'client_credentials', tokenUrl, clientId, clientSecret, clientAuthentication: 'body' }
  }
  if (signIn === 'basic') return undefined
  return {
    kind: 'authorization_code',
    authorizationUrl: `${addressOf(given)}/oauth/v2/authorize`,
    tokenUrl,
    clientId,
    clientSecret,
    clientAuthentication: 'body',
    scopes: [],
    authorizationParams: { grant_type: 'authorization_code' },
  }
}

function authorizationOf({ userName, password }: Credentials, accessToken: string | undefined): string {
  if (accessToken) return `Bearer ${accessToken}`
  return `Basic ${Buffer.from(`${userName ?? ''}:${password ?? ''}`).toString('base64')}`
}
