import { wireUp, step, field, fixed } from '../../server/testing/wire.ts'
import type { HubDeps } from '../../server/deps.ts'
import type { Signing } from '../harness/signed-request.ts'
import { SIGNATURE_HEADER } from '../harness/signed-request.ts'

/** Where one kind of event is posted, and how it is signed. */
export interface Entrance {
  path: string
  signing: Signing
}

export type Entrances = Record<'buyer' | 'lead', Entrance>

/** Paths of the receiver. */
export const KEYED_PATH = '/keyed'
export const ONCE_PATH = '/once'

const STRIPE_SECRET = 'whsec_crash_test'
const HMAC_SECRET = 'crash-test-hmac'

/**
 * Sales from Stripe and leads from a generic webhook; both go out as webhooks with an idempotency key, and leads also
 * through an action that must not be repeated.
 */
export async function wireFlows(deps: HubDeps, workspaceId: string, sinkUrl: string): Promise<Entrances> {
  const wire = wireUp(deps, workspaceId)
  const stripe = await wire.connection('stripe', { signingSecret: STRIPE_SECRET })
  const crm = await wire.connection('webhook', {
    incomingCheck: 'hmac',
    incomingSecret: HMAC_SECRET,
    incomingName: SIGNATURE_HEADER,
  })
  const keyed = await wire.connection('webhook', {})
  const once = await wire.connection('webhook', {})

  const paths = { buyer: 'event.properties.order_id', lead: 'event.properties.properties.subject' }
  const send = async (path: string) =>
    step(
      deps,
      keyed.id,
      'sendWebhook',
      await wire.mapping('webhook', 'sendWebhook', {
        url: fixed(`${sinkUrl}${KEYED_PATH}`),
        type: field('event.name'),
        'data.subject': field(path),
      }),
    )
  const sendOnce = step(
    deps,
    once.id,
    'httpRequestOnce',
    await wire.mapping('webhook', 'httpRequestOnce', {
      url: fixed(`${sinkUrl}${ONCE_PATH}`),
      method: fixed('POST'),
      text: field(paths.lead),
    }),
  )
  await wire.flow({
    trigger: { connectionId: stripe.id, events: ['order.completed'] },
    entry: 'every_event',
    steps: [await send(paths.buyer)],
  })
  await wire.flow({
    trigger: { connectionId: crm.id, events: ['custom.event'] },
    entry: 'every_event',
    steps: [await send(paths.lead), sendOnce],
  })
  return {
    buyer: { path: stripe.hookPath, signing: { scheme: 'stripe', secret: STRIPE_SECRET } },
    lead: { path: crm.hookPath, signing: { scheme: 'hmac', secret: HMAC_SECRET } },
  }
}
