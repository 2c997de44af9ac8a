import type { Matched, Route } from './route.ts'
import { RequestRate } from './request-rate.ts'
import type { Answered, Asked, Character } from './stand-in.ts'
import { StripeAccount } from './stripe-account.ts'
import { endpointRoutes } from './stripe-endpoints.ts'
import {
  forbidden,
  invalid,
  noSuch,
  noSuchPath,
  otherParameters,
  tooFast,
  unauthorised,
} from './stripe-errors.ts'
import { emitEvent, eventNames } from './stripe-events.ts'

/** Requests that Stripe takes in test mode. */
const limit = { requests: 25, perMs: 1_000 }

/**
 * Enough of Stripe for the connector: who pays, and webhook endpoints. It refuses what Stripe would refuse, with
 * Stripe's own answers, and posts signed events when it is told to. `sk_test_<token>` may do everything,
 * `rk_test_<token>` read customers and write endpoints, `rk_test_reader_<token>` read customers alone.
 */
export function stripeStandIn(token: string, secret: string, now: () => Date): Character {
  let account = new StripeAccount(now)
  let rate = new RequestRate(limit, now)
  const routes: readonly Route<StripeAccount>[] = [...readingRoutes, ...endpointRoutes]
  const keys = { all: `sk_test_${token}`, some: `rk_test_${token}`, reader: `rk_test_reader_${token}` }

  function answer(asked: Asked): Answered {
    for (const route of routes) {
      const match = route.method === asked.method ? route.path.exec(asked.path) : null
      if (match) return once(account, asked, () => route.answer(account, matched(asked, match)))
    }
    return noSuchPath(asked.method, asked.path)
  }

  return {
    name: 'Stripe stand-in',
    state: () => ({
      webhookEndpoints: [...account.endpoints.values()].map(({ secret: _secret, ...shown }) => shown),
      customers: [...account.customers.values()],
    }),
    reset() {
      account = new StripeAccount(now)
      rate = new RequestRate(limit, now)
    },
    webhooks: { names: eventNames, emit: (query) => emitEvent(account, query, secret) },
    answer(asked) {
      const key = (asked.headers['authorization'] ?? '').replace(/^Bearer /, '')
      if (!Object.values(keys).includes(key)) return { ...unauthorised(key), note: 'another key' }
      if (!rate.take().ok) return { ...tooFast(), note: 'too fast' }
      const isEndpoints = asked.path.startsWith('/v1/webhook_endpoints')
      if (key !== keys.all && asked.path === '/v1/account')
        return forbidden(key, 'rak_accounts_kyc_basic_read')
      if (key === keys.reader && isEndpoints)
        return { ...forbidden(key, 'rak_webhook_write'), note: 'may not' }
      const type = asked.headers['content-type'] ?? ''
      if (asked.method === 'POST' && !type.startsWith('application/x-www-form-urlencoded')) {
        return invalid(
          '',
          `Invalid request (check that your POST content type is application/x-www-form-urlencoded).`,
        )
      }
      return answer(asked)
    },
  }
}

/** A writing request with a key that was used before is answered as before, and carried out no second time. */
function once(account: StripeAccount, asked: Asked, carryOut: () => Answered): Answered {
  const key = asked.headers['idempotency-key']
  if (asked.method !== 'POST' || key === undefined) return carryOut()
  const told = `${asked.path} ${asked.body}`
  const before = account.answered.get(key)
  if (before) {
    const headers = { 'idempotent-replayed': 'true' }
    return before.asked === told ? { ...before.answer, headers } : otherParameters()
  }
  const answer = carryOut()
  account.answered.set(key, { asked: told, answer })
  return answer
}

const matched = (asked: Asked, match: RegExpExecArray): Matched => ({
  ...asked,
  parts: match.slice(1).map(decodeURIComponent),
})

const readingRoutes: readonly Route<StripeAccount>[] = [
  {
    method: 'GET',
    path: /^\/v1\/account$/,
    answer: () => ({
      status: 200,
      json: {
        id: 'acct_Sandbox',
        object: 'account',
        email: 'owner@shop.example',
        settings: { dashboard: { display_name: 'Sandbox shop', timezone: 'Europe/Warsaw' } },
      },
    }),
  },
  {
    method: 'GET',
    path: /^\/v1\/customers$/,
    answer: ({ customers }) => ({
      status: 200,
      json: { object: 'list', has_more: false, data: [...customers.values()], url: '/v1/customers' },
    }),
  },
  {
    method: 'GET',
    path: /^\/v1\/customers\/(\w+)$/,
    answer: ({ customers }, { parts: [id = ''] }) => {
      const known = customers.get(id)
      return known ? { status: 200, json: { ...known, object: 'customer' } } : noSuch('customer', id)
    },
  },
]
