import { z } from 'zod'
import type { Account, Hook } from './activecampaign-account.ts'
import { invalid, missing, noResult } from './activecampaign-errors.ts'
import { webhookNames } from './activecampaign-webhooks.ts'
import { jsonIn } from './json-body.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

const texts = z.array(z.string()).min(1)
const webhook = z.looseObject({
  webhook: z.looseObject({ name: z.string().min(1), url: z.url(), events: texts, sources: texts }),
})

const register = (account: Account, { body }: Matched): Answered => {
  const parsed = webhook.safeParse(jsonIn(body))
  if (!parsed.success) return missing(String(parsed.error.issues[0]?.path[1] ?? 'webhook'))
  const { name, url, events, sources } = parsed.data.webhook
  const unknown = events.find((event) => !webhookNames.includes(event))
  if (unknown) return invalid('events', `The event ${unknown} is not valid.`)
  const made: Hook = { id: account.next('webhook', 41), name, url, events, sources, state: '1' }
  account.webhooks.set(made.id, made)
  return { status: 201, json: { webhook: made } }
}

/** Who wants to be told what. */
export const webhookRoutes: readonly Route<Account>[] = [
  {
    method: 'GET',
    path: /^webhook\/events$/,
    answer: () => ({
      status: 200,
      json: { webhookEvents: webhookNames, meta: { total: webhookNames.length } },
    }),
  },
  { method: 'POST', path: /^webhooks$/, answer: register },
  {
    method: 'GET',
    path: /^webhooks$/,
    answer: ({ webhooks }) => ({
      status: 200,
      json: { webhooks: [...webhooks.values()], meta: { total: String(webhooks.size) } },
    }),
  },
  {
    method: 'GET',
    path: /^webhooks\/(\d+)$/,
    answer: ({ webhooks }, { parts: [id = ''] }) => {
      const held = webhooks.get(id)
      return held ? { status: 200, json: { webhook: held } } : noResult('Webhook', id)
    },
  },
  {
    method: 'DELETE',
    path: /^webhooks\/(\d+)$/,
    answer: ({ webhooks }, { parts: [id = ''] }) =>
      webhooks.delete(id) ? { status: 200, json: {} } : noResult('Webhook', id),
  },
]
