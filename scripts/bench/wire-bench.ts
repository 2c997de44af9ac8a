import type { Source } from '../../mappings/mapping.ts'
import type { HubDeps } from '../../server/deps.ts'
import { field, fixed, step, wireUp } from '../../server/testing/wire.ts'
import { SIGNATURE_HEADER } from '../harness/signed-request.ts'
import type { Signing } from '../harness/signed-request.ts'
import type { Kind } from './expected-delivery.ts'

export type Entrances = Record<Kind, { path: string; signing: Signing }>

const STRIPE_SECRET = 'whsec_bench'
const HMAC_SECRET = 'bench-hmac'

/** The six fields that the receiver checks. */
const mapped: Record<Kind, Record<string, Source>> = {
  checkout: {
    'data.email': field('event.contact.email'),
    'data.name': field('event.contact.full_name'),
    'data.amount': field('event.properties.total'),
    'data.currency': field('event.properties.currency'),
    'data.source': fixed('stripe'),
    'data.externalId': field('event.properties.order_id'),
  },
  contact: {
    'data.email': field('event.contact.email'),
    'data.name': {
      kind: 'text',
      parts: [{ path: 'event.contact.first_name' }, ' ', { path: 'event.contact.last_name' }],
    },
    'data.amount': field('event.properties.properties.deal.value'),
    'data.currency': field('event.properties.properties.deal.currency'),
    'data.source': fixed('crm'),
    'data.externalId': field('event.properties.properties.subject'),
  },
}

/**
 * A Stripe connection and a signed generic one, each with a flow that sends the six fields to every one of
 * `destinations`. With `paused` the destination takes nothing for now.
 */
export async function wireBench(
  deps: HubDeps,
  workspaceId: string,
  destinations: readonly string[],
  paused = false,
): Promise<Entrances> {
  const wire = wireUp(deps, workspaceId)
  const stripe = await wire.connection('stripe', { signingSecret: STRIPE_SECRET })
  const crm = await wire.connection('webhook', {
    incomingCheck: 'hmac',
    incomingSecret: HMAC_SECRET,
    incomingName: SIGNATURE_HEADER,
  })
  for (const url of destinations) {
    const out = await wire.connection('webhook', {}, paused ? { state: 'paused' } : {})
    const send = async (kind: Kind) => {
      const fields = { url: fixed(url), type: field('event.name'), ...mapped[kind] }
      return step(deps, out.id, 'sendWebhook', await wire.mapping('webhook', 'sendWebhook', fields))
    }
    await wire.flow({
      trigger: { connectionId: stripe.id, events: ['order.completed'] },
      entry: 'every_event',
      steps: [await send('checkout')],
    })
    await wire.flow({
      trigger: { connectionId: crm.id, events: ['custom.event'] },
      entry: 'every_event',
      steps: [await send('contact')],
    })
  }
  return {
    checkout: { path: stripe.hookPath, signing: { scheme: 'stripe', secret: STRIPE_SECRET } },
    contact: { path: crm.hookPath, signing: { scheme: 'hmac', secret: HMAC_SECRET } },
  }
}
