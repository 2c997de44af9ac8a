import { signRequest } from '../hooks/sign-request.ts'
import { connectorNamed } from '../hooks/connector-named.ts'
import type { Hub } from '../../server/hub.ts'
import type { Sandbox } from '../sandbox.ts'
import { createDice } from './dice.ts'
import type { Happening, StandInTool } from './happening.ts'
import type { MovedClock } from './moved-clock.ts'
import { secrets } from './secrets.ts'
import type { Tools } from './tools.ts'

/** Lets things happen in the tools, and the hub hear of them as it would in earnest. */
export interface Feed {
  /** Sets the clock to its moment, lets it happen, and waits until the hub has worked it through. */
  happen: (happening: Happening) => Promise<void>
  /** Sets the clock to a moment, and lets what has become due happen. */
  at: (moment: Date) => Promise<void>
  /** Posts a request that is signed like a tool’s own; `with` says what is wrong with it. */
  post: (
    tool: PostingTool,
    body: string,
    wrong?: { secret?: string; isTampered?: boolean },
  ) => Promise<number>
  /** Lets time pass in steps, so that what waits for its hour gets it. */
  letPass: (minutes: number) => Promise<void>
  /** Asks a stand-in for something that only a demo wants, such as to fail for a while. */
  tell: (vendor: keyof Sandbox, path: string) => Promise<void>
}

export type PostingTool = 'website' | 'portal' | 'stripe'

const connectorOf: Record<PostingTool, string> = { website: 'webhook', portal: 'webhook', stripe: 'stripe' }
const authOf = (tool: PostingTool, secret: string): Record<string, unknown> =>
  tool === 'stripe'
    ? { signingSecret: secret }
    : { incomingCheck: 'standard_webhooks', incomingSecret: secret }

/** A tool that is polled is asked again after so long. */
const POLLED_MINUTES: Partial<Record<StandInTool, number>> = { 'google-calendar': 0.1, 'google-sheets': 5 }
const MINUTE_MS = 60_000
const LOOK_EVERY_MS = 3
/** How far the clock is set for what waits for a rate limit. */
const PACE_MS = 500

export function createFeed(options: {
  hub: Pick<Hub, 'pipeline' | 'poller' | 'registrar'>
  clock: MovedClock
  sandbox: Sandbox
  tools: Tools
}): Feed {
  const { hub, clock, sandbox, tools } = options
  const dice = createDice(4)

  /** Nothing is under way any more. What a vendor’s rate limit holds back goes on as seconds pass. */
  async function settle(): Promise<void> {
    for (;;) {
      await hub.poller.idle()
      await hub.registrar.idle()
      const { receipts, events, attempts, paced } = hub.pipeline.load()
      if (receipts + events + attempts > 0) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      } else if (paced > 0) {
        clock.moveTo(new Date(clock.now().getTime() + PACE_MS))
        await hub.pipeline.wakeDue()
      } else {
        return
      }
    }
  }

  /** What is under way ends in its own time; then the clock is set, and what has become due is begun. */
  async function moveTo(at: Date): Promise<void> {
    await settle()
    clock.moveTo(at)
    await hub.pipeline.wakeDue()
    await settle()
  }

  async function post(
    tool: PostingTool,
    body: string,
    wrong: { secret?: string; isTampered?: boolean } = {},
  ) {
    const connector = connectorNamed(connectorOf[tool])
    const request = {
      method: 'POST',
      url: tools[tool].hookUrl,
      headers: { 'content-type': 'application/json', 'user-agent': agents[tool] },
      body: Buffer.from(body),
    }
    const auth = connector.auth.fields.parse(authOf(tool, wrong.secret ?? secrets[tool]))
    const signed = signRequest(connector, request, { auth, at: clock.now() })
    const sent = wrong.isTampered ? body.replace(/"amount_total":\d+/, '"amount_total":1') : body
    const { status } = await fetch(signed.url, { method: 'POST', headers: signed.headers, body: sent })
    return status
  }

  async function tell(vendor: keyof Sandbox, path: string): Promise<void> {
    const response = await fetch(`${String(sandbox[vendor])}${path}`)
    if (!response.ok) throw new Error(`The stand-in of ${vendor} answered ${response.status} to ${path}.`)
  }

  async function happen(happening: Happening): Promise<void> {
    await moveTo(happening.at)
    switch (happening.tool) {
      case 'website':
      case 'portal':
        await taken(post(happening.tool, JSON.stringify(happening.body)))
        break
      case 'stripe':
        await taken(post('stripe', JSON.stringify(stripeEvent(happening))))
        break
      default:
        await tell(
          happening.tool,
          `/_emit?${new URLSearchParams({ event: happening.event, ...happening.about }).toString()}`,
        )
    }
    const minutes = 'event' in happening ? POLLED_MINUTES[happening.tool] : undefined
    if (minutes === undefined) return settle()
    await moveTo(new Date(clock.now().getTime() + minutes * MINUTE_MS))
    await hub.poller.round()
    await settle()
  }

  function stripeEvent({
    at,
    type,
    object,
  }: Extract<Happening, { tool: 'stripe' }>): Record<string, unknown> {
    return {
      id: `evt_${dice.token(20)}`,
      object: 'event',
      api_version: '2026-07-29.dahlia',
      created: Math.floor(at.getTime() / 1_000),
      livemode: true,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
      data: { object },
    }
  }

  return {
    happen,
    at: moveTo,
    post,
    tell,
    async letPass(minutes) {
      const until = clock.now().getTime() + minutes * MINUTE_MS
      for (let step = 6_000; clock.now().getTime() < until; step = Math.min(step * 1.5, MINUTE_MS)) {
        await moveTo(new Date(Math.min(until, clock.now().getTime() + step)))
      }
    },
  }
}

async function taken(posting: Promise<number>): Promise<void> {
  const status = await posting
  if (status !== 202) throw new Error(`The hub answered ${status} to a request that is in order.`)
}

const agents: Record<PostingTool, string> = {
  website: 'Fernwick-Website/4.2',
  portal: 'PartnerPortal/1.9',
  stripe: 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
}
