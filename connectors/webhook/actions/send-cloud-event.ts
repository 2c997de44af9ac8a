import { defineAction, z } from '#sdk'
import { auth } from '../auth.ts'
import { answerOf } from './answer.ts'
import { addressOf, signIn } from './destination.ts'
import { signedHeaders } from './signed-headers.ts'
import { traceContext } from './trace-context.ts'

const input = z.object({
  url: z
    .string()
    .min(1)
    .meta({ label: 'Address', help: 'Whole, or a path under the base address of the connection.' }),
  type: z.string().min(1).meta({ label: 'Type', suggest: 'event.name' }),
  source: z.string().min(1).default('urn:switchyard').meta({
    label: 'Source',
    help: 'Who says so, as a URI. Together with the id it names the event.',
  }),
  subject: z.string().optional().meta({ label: 'Subject' }),
  time: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ label: 'When it happened', suggest: 'event.occurred_at' }),
  data: z.record(z.string(), z.unknown()).optional().meta({ label: 'Data', suggest: 'event.properties' }),
  mode: z
    .enum(['structured', 'binary'])
    .default('structured')
    .meta({
      label: 'Mode',
      choices: { structured: 'Everything in the body', binary: 'The data in the body, the rest in headers' },
    }),
})

export const sendCloudEvent = defineAction({
  auth,
  name: 'Send a CloudEvent',
  description: 'Posts a CloudEvents 1.0 event.',
  // Source and id name the event for its receiver, and the id is the same for every try.
  repeat: 'key',
  input,
  async run(context, { url: mapped, data, mode, time, ...named }) {
    const { http, auth: settings, key, now, startedAt } = context
    const url = addressOf(mapped, settings)
    const attributes = { specversion: '1.0', id: key, ...named, time: time ?? now.toISOString() }
    const { body, headers } = mode === 'binary' ? binary(attributes, data) : structured(attributes, data)
    const signed = signedHeaders({ url, body }, settings, { key, at: startedAt ?? new Date() })
    const sent = { ...traceContext(context), ...headers, ...signIn(url, settings), ...signed }
    return answerOf(await http.post(url, { body, headers: sent }))
  },
})

interface Encoded {
  body: string
  headers: Record<string, string>
}

type Attributes = Record<string, string | undefined>

function structured(attributes: Attributes, data: unknown): Encoded {
  return {
    body: JSON.stringify({ ...attributes, datacontenttype: 'application/json', data }),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  }
}

function binary(attributes: Attributes, data: unknown): Encoded {
  const headers = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [[`ce-${name}`, encodeAttribute(value)]],
  )
  return {
    body: data === undefined ? '' : JSON.stringify(data),
    headers: { ...Object.fromEntries(headers), 'content-type': 'application/json' },
  }
}

/** Blanks, quotes, per cent signs and everything beyond printable ASCII are escaped, as the HTTP binding asks. */
function encodeAttribute(value: string): string {
  return value.toWellFormed().replaceAll(/[^\x21-\x7e]+|["%]/gu, (part) => encodeURIComponent(part))
}
