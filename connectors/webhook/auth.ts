import { defineAuth, isStandardWebhooksSecret, readSecret, z } from '#sdk'

const path = z.string().min(1).optional()
const hmac = { incomingCheck: 'hmac' }

export const auth = defineAuth({
  fields: z.object({
    incomingCheck: z
      .enum(['none', 'standard_webhooks', 'hmac', 'bearer', 'basic', 'header', 'query'])
      .default('none')
      .meta({
        label: 'How senders prove themselves',
        help: 'Take what the sending tool offers. Without any, the secret address is all that protects you.',
        choices: {
          none: 'Not at all',
          standard_webhooks: 'Standard Webhooks signature',
          hmac: 'Another HMAC signature',
          bearer: 'Bearer token',
          basic: 'User name and password',
          header: 'A value in a header',
          query: 'A value in the address',
        },
      }),
    incomingSecret: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Secret',
        help: 'The signing secret, token, password or value that you and the sender share.',
        secret: true,
        password: { incomingCheck: 'basic' },
        onlyFor: { incomingCheck: ['standard_webhooks', 'hmac', 'bearer', 'basic', 'header', 'query'] },
      }),
    incomingUser: z
      .string()
      .optional()
      .meta({ label: 'User name', onlyFor: { incomingCheck: 'basic' } }),
    incomingName: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Name of the header or parameter',
        help: 'Empty: x-signature for a signature, x-api-key for a header, token for the address.',
        onlyFor: { incomingCheck: ['hmac', 'header', 'query'] },
      }),
    hmacAlgorithm: z
      .enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])
      .default('sha256')
      .meta({
        label: 'Algorithm',
        choices: { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' },
        onlyFor: hmac,
      }),
    hmacEncoding: z
      .enum(['hex', 'base64', 'base64url'])
      .default('hex')
      .meta({
        label: 'How the signature is written',
        choices: { hex: 'Hexadecimal', base64: 'Base64', base64url: 'Base64 for addresses (base64url)' },
        onlyFor: hmac,
      }),
    hmacPrefix: z
      .string()
      .optional()
      .meta({ label: 'Text before the signature', help: 'Such as sha256=', onlyFor: hmac }),
    hmacSigns: z.string().min(1).default('{body}').meta({
      label: 'What is signed',
      onlyFor: hmac,
      help: 'A template of {body} {timestamp} {id} {url} {method}, such as {timestamp}.{body}',
    }),
    hmacSecretEncoding: z
      .enum(['utf8', 'base64', 'hex'])
      .default('utf8')
      .meta({
        label: 'How the secret is written',
        choices: { utf8: 'As text', base64: 'Base64', hex: 'Hexadecimal' },
        onlyFor: hmac,
      }),
    hmacField: z.string().min(1).optional().meta({
      label: 'Field of the signature',
      onlyFor: hmac,
      help: 'For a header such as t=1,v1=abc: v1',
    }),
    hmacSeparator: z.string().min(1).optional().meta({
      label: 'What separates several signatures',
      onlyFor: hmac,
      help: 'Also what separates fields; then a comma unless you say otherwise.',
    }),
    hmacTimestamp: z.string().min(1).optional().meta({
      label: 'Where the time stands',
      onlyFor: hmac,
      help: 'The name of the header, or of the field if the signature has fields.',
    }),
    hmacTimestampUnit: z
      .enum(['s', 'ms', 'iso'])
      .default('s')
      .meta({
        label: 'How the time is written',
        choices: { s: 'Seconds since 1970', ms: 'Milliseconds since 1970', iso: 'As 2026-11-22T18:00:00Z' },
        onlyFor: hmac,
      }),
    hmacIdHeader: z.string().min(1).optional().meta({ label: 'Header of the id', onlyFor: hmac }),
    toleranceSeconds: z
      .number()
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .meta({
        label: 'How old a signed request may be',
        help: 'In seconds.',
        onlyFor: { incomingCheck: ['standard_webhooks', 'hmac'] },
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
      .meta({
        label: 'How the hub signs in when it sends',
        choices: { none: 'Not at all', bearer: 'Bearer token', basic: 'User name and password' },
      }),
    outgoingUser: z
      .string()
      .optional()
      .meta({ label: 'User name for sending', onlyFor: { outgoingAuth: 'basic' } }),
    outgoingSecret: z
      .string()
      .min(1)
      .optional()
      .meta({
        label: 'Token or password for sending',
        secret: true,
        password: { outgoingAuth: 'basic' },
        onlyFor: { outgoingAuth: ['bearer', 'basic'] },
      }),
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
    sendTraceContext: z.boolean().default(false).meta({
      label: 'Send the trace context',
      help: 'For a receiver of your own that sends traces to the same place as the hub: it goes on with ours.',
    }),
  }),
  problems: (typed) => [
    ...(typed.incomingCheck === 'standard_webhooks'
      ? standardWebhooksProblem('incomingSecret', typed.incomingSecret)
      : []),
    ...(typed.incomingCheck === 'hmac' ? keyProblem(typed.incomingSecret, typed.hmacSecretEncoding) : []),
    ...standardWebhooksProblem('signingSecret', typed.signingSecret),
    ...standardWebhooksProblem('previousSigningSecret', typed.previousSigningSecret),
  ],
  http: ({ baseUrl }) => (baseUrl ? { prefixUrl: baseUrl } : {}),
})

export type Credentials = z.output<typeof auth.fields>

function standardWebhooksProblem(field: string, secret: string | undefined) {
  if (secret === undefined || isStandardWebhooksSecret(secret)) return []
  return [
    {
      field,
      message: 'is no secret of Standard Webhooks, which is whsec_ and then Base64. Copy it again, whole',
    },
  ]
}

function keyProblem(secret: string | undefined, encoding: 'utf8' | 'base64' | 'hex') {
  if (secret === undefined || readSecret(secret, encoding)) return []
  const written = encoding === 'hex' ? 'hexadecimal' : 'Base64'
  const message = `is not written in ${written}, or is too short. Copy it again, whole, or choose how it is written`
  return [{ field: 'incomingSecret', message }]
}
