import { defineAction, defineAuth, defineConnector, z } from '#sdk'

const auth = defineAuth({
  fields: z.object({
    way: z.enum(['sign_in', 'client', 'key']).default('sign_in').meta({ label: 'How to sign in' }),
    clientId: z.string().default('hub').meta({ label: 'Client id' }),
    clientSecret: z.string().default('a-secret-of-the-client').meta({ label: 'Client secret', secret: true }),
    inHeader: z.boolean().default(false).meta({ label: 'Client in the header' }),
    apiKey: z.string().optional().meta({ label: 'Key', secret: true }),
  }),
  token({ way, clientId, clientSecret, inHeader }) {
    const client = {
      tokenUrl: 'https://members.example/token',
      clientId,
      clientSecret,
      clientAuthentication: inHeader ? ('basic' as const) : ('body' as const),
    }
    if (way === 'key') return undefined
    if (way === 'client') return { kind: 'client_credentials', ...client, scopes: ['members:write'] }
    return {
      kind: 'authorization_code',
      ...client,
      authorizationUrl: 'https://members.example/auth',
      revocationUrl: 'https://members.example/token/revocation',
      scopes: ['offline_access', 'members:read', 'members:write'],
      authorizationParams: { prompt: 'consent' },
    }
  },
  http: ({ apiKey }, accessToken) => ({
    prefixUrl: 'https://members.example',
    headers: { authorization: accessToken ? `Bearer ${accessToken}` : `Key ${apiKey}` },
  }),
  check: async ({ http }) => ({ account: (await http.get('api/me').json<{ name: string }>()).name }),
})

const addMember = defineAction({
  auth,
  name: 'Add a member',
  description: 'Adds somebody.',
  repeat: 'unsafe',
  input: z.object({ email: z.string().meta({ label: 'Email' }) }),
  async run({ http }, input) {
    const { id } = await http.post('api/members', { json: input }).json<{ id: string }>()
    return { id }
  },
})

/** A vendor that is signed in to on a page of its own, for tests of what the hub does about it. */
export const membersConnector = defineConnector({
  id: 'members',
  name: 'Members',
  description: 'A tool for tests.',
  version: 1,
  auth,
  inbound: [],
  triggers: {},
  actions: { addMember },
})
