import { z } from 'zod'
import { Account } from './activecampaign-account.ts'
import { forbidden, noSuchPath, tooFast, unreadable } from './activecampaign-errors.ts'
import { contactRoutes } from './activecampaign-contacts.ts'
import { dealRoutes } from './activecampaign-deals.ts'
import { webhookRoutes } from './activecampaign-hooks.ts'
import { tieRoutes } from './activecampaign-ties.ts'
import { emitWebhook, webhookNames } from './activecampaign-webhooks.ts'
import { jsonIn } from './json-body.ts'
import { RequestRate } from './request-rate.ts'
import type { Route } from './route.ts'
import type { Asked, Character } from './stand-in.ts'

/** Requests that ActiveCampaign takes from one account, whoever makes them. */
const limit = { requests: 5, perMs: 1_000 }

/**
 * Enough of ActiveCampaign for every action of the connector, its poll and its registration. It keeps what it is sent,
 * and refuses what ActiveCampaign would refuse, with ActiveCampaign's own answers. It posts webhooks when it is told
 * to, and none for what comes in by the API.
 */
export function activecampaignStandIn(key: string, now: () => Date): Character {
  let account = new Account(now)
  let rate = new RequestRate(limit, now)
  const routes: readonly Route<Account>[] = [...contactRoutes, ...tieRoutes, ...dealRoutes, ...webhookRoutes]

  return {
    name: 'ActiveCampaign stand-in',
    state: () => stateOf(account),
    reset() {
      account = new Account(now)
      rate = new RequestRate(limit, now)
    },
    webhooks: { names: webhookNames, emit: (query) => emitWebhook(account, query) },
    answer(asked) {
      if (asked.headers['api-token'] !== key) return { ...forbidden(), note: 'another API key' }
      const { ok, left } = rate.take()
      if (!ok) return { ...tooFast(), note: 'too fast' }
      const unread = unreadableIn(asked)
      if (unread) return { ...unreadable(unread), note: unread }
      const path = asked.path.replace(/^\/api\/3\//, '')
      for (const route of routes) {
        const match = route.method === asked.method ? route.path.exec(path) : null
        if (!match) continue
        const answered = route.answer(account, { ...asked, parts: match.slice(1).map(decodeURIComponent) })
        const headers = { 'ratelimit-limit': '5', 'ratelimit-remaining': String(left), ...answered.headers }
        return { ...answered, headers }
      }
      return noSuchPath(asked.path)
    },
  }
}

/** What is written must say that it is JSON, and be an object. */
function unreadableIn({ method, headers, body }: Asked): string | undefined {
  if (method !== 'POST' && method !== 'PUT') return undefined
  if (!headers['content-type']?.startsWith('application/json'))
    return 'The content type must be application/json.'
  return z.looseObject({}).safeParse(jsonIn(body)).success ? undefined : 'The body is no JSON object.'
}

function stateOf(account: Account): Record<string, unknown> {
  const ties = (held: ReadonlyMap<string, { contact: string; to: string; status?: string }>) =>
    [...held.values()].map(({ contact, to, status }) => ({ contact, to, ...(status ? { status } : {}) }))
  return {
    contacts: [...account.contacts.values()].map((contact) => ({
      ...contact,
      tags: account.tagNames(contact.id),
    })),
    lists: ties(account.contactLists),
    automations: ties(account.contactAutomations),
    fieldValues: [...account.fieldValues.values()],
    notes: [...account.notes.values()],
    deals: [...account.deals.values()],
    tasks: [...account.tasks.values()],
    webhooks: [...account.webhooks.values()],
  }
}
