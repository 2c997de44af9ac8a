import { z } from 'zod'
import { jsonIn } from './json-body.ts'
import { badRequest, invalid, notFound } from './mautic-errors.ts'
import type { Instance } from './mautic-instance.ts'
import { webhookNames } from './mautic-webhooks.ts'
import type { Matched, Route } from './route.ts'
import type { Answered } from './stand-in.ts'

const wanted = z.looseObject({
  name: z.string().min(1),
  webhookUrl: z.url(),
  secret: z.string().optional(),
  triggers: z.array(z.string()).default([]),
  isPublished: z.boolean().default(true),
})

const register = (instance: Instance, { body }: Matched): Answered => {
  const parsed = wanted.safeParse(jsonIn(body))
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.map(String).join('.')
    return field ? invalid(field, 'This value is not valid.') : badRequest('Bad request.')
  }
  const { name, webhookUrl, secret = instance.madeUpSecret(), triggers, isPublished } = parsed.data
  const unknown = triggers.find((trigger) => !webhookNames.includes(trigger))
  if (unknown) return invalid('triggers', `The trigger ${unknown} is not known.`)
  const hook = { id: instance.next('hook', 31), name, webhookUrl, secret, triggers, isPublished }
  instance.webhooks.set(hook.id, hook)
  return { status: 201, json: { hook } }
}

/** Who wants to be told what. */
export const hookRoutes: readonly Route<Instance>[] = [
  {
    method: 'GET',
    path: /^hooks\/triggers$/,
    answer: () => ({
      status: 200,
      json: {
        triggers: Object.fromEntries(webhookNames.map((name) => [name, { label: name, description: '' }])),
      },
    }),
  },
  { method: 'POST', path: /^hooks\/new$/, answer: register },
  {
    method: 'GET',
    path: /^hooks$/,
    answer: ({ webhooks }) => {
      const hooks = webhooks.size > 0 ? Object.fromEntries(webhooks) : []
      return { status: 200, json: { total: webhooks.size, hooks } }
    },
  },
  {
    method: 'GET',
    path: /^hooks\/(\d+)$/,
    answer: ({ webhooks }, { parts: [id] }) => {
      const hook = webhooks.get(Number(id))
      return hook ? { status: 200, json: { hook } } : notFound()
    },
  },
  {
    method: 'DELETE',
    path: /^hooks\/(\d+)\/delete$/,
    answer: ({ webhooks }, { parts: [id] }) => {
      const hook = webhooks.get(Number(id))
      if (!hook) return notFound()
      webhooks.delete(hook.id)
      return { status: 200, json: { hook: { ...hook, id: null } } }
    },
  },
]
