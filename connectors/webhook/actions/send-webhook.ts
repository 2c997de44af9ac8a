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
  type: z
    .string()
    .regex(/^[A-Za-z0-9_.]+$/, 'Only letters, digits, _ and . are allowed in a type.')
    .meta({ label: 'Type', suggest: 'event.name' }),
  timestamp: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ label: 'When it happened', suggest: 'event.occurred_at' }),
  data: z.record(z.string(), z.unknown()).meta({ label: 'Data', suggest: 'event.properties' }),
  body: z.record(z.string(), z.unknown()).optional().meta({
    label: 'Whole body instead',
    help: 'For a receiver that wants another shape than type, timestamp and data.',
  }),
  headers: z.record(z.string(), z.string()).optional().meta({ label: 'More headers' }),
})

export const sendWebhook = defineAction({
  auth,
  name: 'Send a webhook',
  description: 'Posts JSON, signed as Standard Webhooks describes, and tries again until it is taken.',
  // The id is the same for every try, and a receiver of Standard Webhooks counts one id once.
  repeat: 'key',
  input,
  async run(context, { url: mapped, type, timestamp, data, body, headers }) {
    const { http, auth: settings, key, now, startedAt } = context
    const url = addressOf(mapped, settings)
    const text = JSON.stringify(body ?? { type, timestamp: timestamp ?? now.toISOString(), data })
    const signed = signedHeaders({ url, body: text }, settings, { key, at: startedAt ?? new Date() })
    const own = { 'content-type': 'application/json', ...traceContext(context) }
    const sent = { ...own, ...headers, ...signIn(url, settings), ...signed }
    return answerOf(await http.post(url, { body: text, headers: sent }))
  },
})
