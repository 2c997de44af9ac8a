import { z } from 'zod'
import { parseForm } from '../../connectors/sdk/parse-form.ts'
import type { Matched, Route } from './route.ts'
import type { Endpoint, StripeAccount } from './stripe-account.ts'
import { invalid, missing, noSuch } from './stripe-errors.ts'
import { eventTypes } from './stripe-events.ts'
import type { Answered } from './stand-in.ts'

/** In test mode (docs.stripe.com/webhooks, read 2026-11). */
const endpointsMax = 16

const form = z.looseObject({
  url: z.string().optional(),
  enabled_events: z.array(z.string()).optional(),
  description: z.string().optional(),
  api_version: z.string().optional(),
  disabled: z.string().optional(),
})

function create(account: StripeAccount, { body }: Matched): Answered {
  const asked = form.parse(parseForm(body))
  if (!asked.url) return missing('url')
  if (!asked.enabled_events) return missing('enabled_events')
  const wrong = wrongIn(asked)
  if (wrong) return wrong
  if (account.endpoints.size >= endpointsMax) {
    return invalid('url', `You have reached the maximum of ${endpointsMax} test webhook endpoints.`)
  }
  const id = account.next('we')
  const made: Endpoint = {
    id,
    url: asked.url,
    secret: `whsec_${Buffer.from(`secret of ${id}`).toString('hex')}`,
    description: asked.description ?? null,
    apiVersion: asked.api_version ?? null,
    types: asked.enabled_events,
    isOn: true,
    created: account.seconds(),
  }
  account.endpoints.set(id, made)
  // This once and never again.
  return { status: 200, json: { ...shown(made), secret: made.secret } }
}

function change(account: StripeAccount, { body, parts: [id = ''] }: Matched): Answered {
  const held = account.endpoints.get(id)
  if (!held) return noSuch('webhook endpoint', id)
  const asked = form.parse(parseForm(body))
  const wrong = wrongIn(asked)
  if (wrong) return wrong
  if (asked.url) held.url = asked.url
  if (asked.enabled_events) held.types = asked.enabled_events
  if (asked.disabled) held.isOn = asked.disabled !== 'true'
  return { status: 200, json: shown(held) }
}

function wrongIn({
  url,
  enabled_events: types = [],
  api_version: version,
}: z.output<typeof form>): Answered | undefined {
  if (url !== undefined && !/^https?:\/\//.test(url)) {
    return invalid('url', 'Invalid URL: An explicit scheme (such as https) must be provided.')
  }
  if (url !== undefined && !URL.canParse(url)) return invalid('url', 'Not a valid URL')
  if (version !== undefined && !/^\d{4}-\d\d-\d\d(\.[a-z]+)?$/.test(version)) {
    return invalid('api_version', `Invalid Stripe API version: ${version}`)
  }
  const at = types.findIndex((type) => type !== '*' && !eventTypes.has(type))
  if (at < 0) return undefined
  return invalid(
    `enabled_events[${at}]`,
    `Invalid enabled_events[${at}]: must be a known event type, got ${types[at]}`,
  )
}

function shown({
  id,
  url,
  description,
  apiVersion,
  types,
  isOn,
  created,
}: Endpoint): Record<string, unknown> {
  return {
    id,
    object: 'webhook_endpoint',
    api_version: apiVersion,
    application: null,
    created,
    description,
    enabled_events: types,
    livemode: false,
    metadata: {},
    status: isOn ? 'enabled' : 'disabled',
    url,
  }
}

/** Who wants to be told what. */
export const endpointRoutes: readonly Route<StripeAccount>[] = [
  { method: 'POST', path: /^\/v1\/webhook_endpoints$/, answer: create },
  {
    method: 'GET',
    path: /^\/v1\/webhook_endpoints$/,
    answer: ({ endpoints }, { query }) => {
      const all = [...endpoints.values()].toReversed()
      const data = all.slice(0, Number(query.get('limit') ?? 10)).map(shown)
      const url = '/v1/webhook_endpoints'
      return { status: 200, json: { object: 'list', url, has_more: data.length < all.length, data } }
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/webhook_endpoints\/(\w+)$/,
    answer: ({ endpoints }, { parts: [id = ''] }) => {
      const held = endpoints.get(id)
      return held ? { status: 200, json: shown(held) } : noSuch('webhook endpoint', id)
    },
  },
  { method: 'POST', path: /^\/v1\/webhook_endpoints\/(\w+)$/, answer: change },
  {
    method: 'DELETE',
    path: /^\/v1\/webhook_endpoints\/(\w+)$/,
    answer: ({ endpoints }, { parts: [id = ''] }) =>
      endpoints.delete(id)
        ? { status: 200, json: { id, object: 'webhook_endpoint', deleted: true } }
        : noSuch('webhook endpoint', id),
  },
]
