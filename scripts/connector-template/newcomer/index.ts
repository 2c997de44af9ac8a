import { defineAction, defineAuth, defineConnector, defineInbound, defineTrigger, hmac, z } from '#sdk'

const auth = defineAuth({
  fields: z.object({
    apiKey: z.string().min(1).meta({ label: 'API key', help: 'Where in Newcomer to find it.', secret: true }),
    signingSecret: z
      .string()
      .min(1)
      .meta({ label: 'Signing secret', help: 'Shown when you add the webhook in Newcomer.', secret: true }),
  }),
  http: ({ apiKey }) => ({
    prefixUrl: 'https://api.newcomer.example/v1',
    headers: { authorization: `Bearer ${apiKey}` },
  }),
  check: async ({ http }) => ({ account: me.parse(await http.get('me').json()).name }),
})

type Credentials = z.output<typeof auth.fields>

const me = z.looseObject({ name: z.string() })

/** Newcomer's names of events, and the vocabulary's. */
const eventNames = {
  'contact.created': 'contact.created',
  'contact.deleted': 'contact.deleted',
} as const

const webhook = defineInbound({
  id: 'webhook',
  auth,
  signature: hmac({
    header: 'newcomer-signature',
    timestamp: { header: 'newcomer-timestamp' },
    signs: '{timestamp}.{body}',
    secret: ({ signingSecret }: Credentials) => signingSecret,
  }),
  item: z.looseObject({
    id: z.string(),
    type: z.enum(['contact.created', 'contact.deleted']),
    at: z.iso.datetime(),
    contact: z.looseObject({ id: z.string(), email: z.email(), first_name: z.string().optional() }),
  }),
  // The same for a second try of the same fact, and for nothing else.
  dedupeKey: ({ id }) => id,
  normalise: ({ type, at, contact }) => [
    {
      name: eventNames[type],
      occurred_at: at,
      contact: { external_id: contact.id, email: contact.email, first_name: contact.first_name },
    },
  ],
})

const contactChanged = defineTrigger({
  name: 'Contact created or deleted',
  description: 'A contact is new in Newcomer, or was deleted there.',
  events: Object.values(eventNames),
})

const addContact = defineAction({
  auth,
  name: 'Add or update a contact',
  description:
    'Finds the contact by email and fills in the fields you map. Unmapped fields stay as they are.',
  // PUT sets the contact to what is sent, so that a second try changes nothing.
  repeat: 'safe',
  input: z.object({
    email: z.email().meta({ label: 'Email', suggest: 'contact.email' }),
    firstName: z.string().optional().meta({ label: 'First name', suggest: 'contact.first_name' }),
  }),
  async run({ http }, { email, firstName }) {
    const answer = await http
      .put(`contacts/${encodeURIComponent(email)}`, { json: { first_name: firstName } })
      .json()
    return { id: z.looseObject({ id: z.string() }).parse(answer).id }
  },
})

export default defineConnector({
  id: 'newcomer',
  name: 'Newcomer',
  description: 'Contacts in Newcomer.',
  version: 1,
  auth,
  inbound: [webhook],
  triggers: { contactChanged },
  actions: { addContact },
})
