import { defineAction, z } from '#sdk'
import type { ActionContext, HttpOptions, Repeat } from '#sdk'
import { auth } from '../auth.ts'
import type { Credentials } from '../auth.ts'
import { answerOf } from './answer.ts'
import { addressOf, signIn } from './destination.ts'
import { traceContext } from './trace-context.ts'

const input = z.object({
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .default('POST')
    .meta({
      label: 'Method',
      choices: {
        GET: 'GET, to read',
        POST: 'POST, to add',
        PUT: 'PUT, to replace',
        PATCH: 'PATCH, to change',
        DELETE: 'DELETE, to remove',
      },
    }),
  url: z
    .string()
    .min(1)
    .meta({ label: 'Address', help: 'Whole, or a path under the base address of the connection.' }),
  query: z.record(z.string(), z.string()).optional().meta({ label: 'Parameters of the address' }),
  headers: z.record(z.string(), z.string()).optional().meta({
    label: 'Headers',
    help: 'No secrets here: they belong into the connection, where nobody can read them.',
  }),
  json: z.unknown().optional().meta({ label: 'Body as JSON', suggest: 'event.properties' }),
  form: z.record(z.string(), z.unknown()).optional().meta({ label: 'Body as a form' }),
  text: z.string().optional().meta({ label: 'Body as text' }),
})
type Input = z.output<typeof input>

/** Only one body can go out: JSON before a form before text. */
function bodyOf({ json, form, text }: Input): HttpOptions {
  if (json !== undefined) return { json }
  if (form !== undefined) return { form }
  return text === undefined ? {} : { body: text }
}

async function send(context: ActionContext<Credentials>, mapped: Input) {
  const { http, auth: settings } = context
  const url = addressOf(mapped.url, settings)
  const headers = { ...traceContext(context), ...mapped.headers, ...signIn(url, settings) }
  return answerOf(await http.request(mapped.method, url, { ...bodyOf(mapped), query: mapped.query, headers }))
}

/* Whether a request may be made twice only its author knows; so there are two actions and not one with a switch. */
function request(words: { name: string; description: string; repeat: Repeat }) {
  return defineAction({ auth, ...words, input, run: (context, mapped) => send(context, mapped) })
}

export const httpRequest = request({
  name: 'Send a request, safe to repeat',
  description:
    'Reads something, or sets something to a value. If nobody knows whether it arrived, it is sent again.',
  repeat: 'safe',
})

export const httpRequestOnce = request({
  name: 'Send a request, never twice',
  description:
    'Does something that must not be done twice. If nobody knows whether it arrived, a person is asked.',
  repeat: 'unsafe',
})
