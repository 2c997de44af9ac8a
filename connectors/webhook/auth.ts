import { defineAuth, z } from '#sdk'

const path = z.string().min(1).optional()

export const auth = defineAuth({
  fields: z.object({
    incomingCheck: z
      .enum(['none', 'standard_webhooks', 'hmac', 'bearer', 'basic', 'header', 'query'])
      .default('none')
      .meta({
        label: 'How senders prove themselves',
        help: 'none: only the secret address protects you. Otherwise what the sending tool offers.',
      }),
    incomingSecret: z.string().min(1).optional().meta({
      label: 'Secret',
      help: 'The signing secret, token, password or value that you and the sender share.',
      secret: true,
    }),
    incomingUser: z.string().optional().meta({ label: 'User name', help: 'Only for basic.' }),
    incomingName: z.string().min(1).optional().meta({
      label: 'Name of the header or parameter',
      help: 'For hmac, header and query. Default: x-signature, x-api-key, token.',
    }),
    hmacAlgorithm: z
      .enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])
      .default('sha256')
      .meta({ label: 'HMAC: algorithm' }),
    hmacEncoding: z.enum(['hex', 'base64', 'base64url']).default('hex').meta({ label: 'HMAC: encoding' }),
    hmacPrefix: z
      .string()
      .optional()
      .meta({ label: 'HMAC: text before the signature', help: 'Such as sha256=' }),
    hmacSigns: z.string().min(1).default('{body}').meta({
      label: 'HMAC: what is signed',
      help: 'A template of {body} {timestamp} {id} {url} {method}, such as {timestamp}.{body}',
    }),
    hmacSecretEncoding: z
      .enum(['utf8', 'base64', 'hex'])
      .default('utf8')
      .meta({ label: 'HMAC: how the secret is written' }),
    hmacField: z.string().min(1).optional().meta({
      label: 'HMAC: field of the signature',
      help: 'For a header such as t=1,v1=abc: v1',
    }),
    hmacSeparator: z.string().min(1).optional().meta({
      label: 'HMAC: what separates several signatures',
      help: 'Also what separates fields; then a comma unless you say otherwise.',
    }),
    hmacTimestamp: z.string().min(1).optional().meta({
      label: 'HMAC: where the time stands',
      help: 'The name of the header, or of the field if the signature has fields.',
    }),
    hmacTimestampUnit: z
      .enum(['s', 'ms', 'iso'])
      .default('s')
      .meta({ label: 'HMAC: how the time is written' }),
    hmacIdHeader: z.string().min(1).optional().meta({ label: 'HMAC: header of the id' }),
    toleranceSeconds: z.number().int().min(1).max(86_400).default(300).meta({
      label: 'How old a signed request may be',
      help: 'In seconds.',
    }),

    namePath: path.meta({
      label: 'Where the event’s name is',
      help: 'Such as event.type, or header:x-event for a header. Default: type, event, event_name.',
    }),
    idPath: path.meta({
      label: 'Where the event’s id is',
      help: 'Requests with the same id count once. Such as delivery.id, or header:x-delivery-id.',
    }),
    timePath: path.meta({
      label: 'Where the time is',
      help: 'Default: timestamp, time, occurred_at; else when it arrived.',
    }),
    contactPath: path.meta({
      label: 'Where the person is',
      help: 'Such as data.buyer. Default: contact, customer, user, data, or the body itself.',
    }),

    baseUrl: z
      .url()
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .meta({
        label: 'Base address for sending',
        help: 'Actions may then name only a path. The credentials below go nowhere else.',
      }),
    outgoingAuth: z
      .enum(['none', 'bearer', 'basic'])
      .default('none')
      .meta({ label: 'How the hub signs in when it sends' }),
    outgoingUser: z.string().optional().meta({ label: 'User name for sending' }),
    outgoingSecret: z
      .string()
      .min(1)
      .optional()
      .meta({ label: 'Token or password for sending', secret: true }),
    signingSecret: z.string().min(1).optional().meta({
      label: 'Signing secret for sending',
      help: 'Standard Webhooks: whsec_… With it, receivers can check that a webhook is yours.',
      secret: true,
    }),
    previousSigningSecret: z.string().min(1).optional().meta({
      label: 'Previous signing secret',
      help: 'While you change the secret, webhooks carry a signature of both.',
      secret: true,
    }),
  }),
  http: ({ baseUrl }) => (baseUrl ? { prefixUrl: baseUrl } : {}),
})

export type Credentials = z.output<typeof auth.fields>
