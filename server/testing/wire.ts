import { createHmac, randomBytes } from 'node:crypto'
import type { MappingFields, Source } from '../../mappings/mapping.ts'
import { credentialsContext, hookKeyContext, hookKeyHash } from '../connections/connection-directory.ts'
import type { Connection } from '../connections/connection-store.ts'
import type { HubDeps } from '../deps.ts'
import type { FlowDefinition } from '../flows/flow.ts'

/** A connection with the path of its webhook address. */
export interface WiredConnection {
  id: string
  hookPath: string
}

/** Sets up connections and flows for tests of what happens afterwards. */
export function wireUp(deps: HubDeps, workspaceId: string) {
  const stores = deps.storesOf(workspaceId)
  return {
    async connection(
      connectorId: string,
      credentials: Record<string, unknown>,
      over: Partial<Connection> = {},
    ): Promise<WiredConnection> {
      const id = deps.newId('con')
      const key = randomBytes(32).toString('base64url')
      const owner = { workspaceId, id }
      const at = deps.now()
      await stores.connections.add({
        id,
        workspaceId,
        connectorId,
        name: connectorId,
        state: 'on',
        credentials: deps.vault.seal(JSON.stringify(credentials), credentialsContext(owner)),
        retiredCredentials: [],
        hookKeyHash: hookKeyHash(key),
        hookKey: deps.vault.seal(key, hookKeyContext(owner)),
        retiredHookKeys: [],
        createdAt: at,
        updatedAt: at,
        ...over,
      })
      await deps.config.bump()
      return { id, hookPath: `/hooks/${key}` }
    },

    async mapping(connectorId: string, actionId: string, fields: Record<string, Source>): Promise<string> {
      const id = deps.newId('map')
      const at = deps.now()
      const rows: MappingFields = Object.fromEntries(
        Object.entries(fields).map(([field, source]) => [field, { source, when: 'always' as const }]),
      )
      const mapping = { id, workspaceId, name: actionId, connectorId, actionId, version: 1, fields: rows }
      await stores.mappings.save({ ...mapping, createdAt: at, updatedAt: at }, 'test')
      await deps.config.bump()
      return id
    },

    /** Saves a newer version of a mapping. */
    async remap(id: string, fields: MappingFields): Promise<void> {
      const mapping = await stores.mappings.find(id)
      if (!mapping) throw new Error(`There is no mapping ${id}.`)
      await stores.mappings.save({ ...mapping, fields, version: mapping.version + 1 }, 'test')
      await deps.config.bump()
    },

    async flow(definition: FlowDefinition): Promise<string> {
      const id = deps.newId('flw')
      const at = deps.now()
      const flow = {
        id,
        workspaceId,
        name: 'flow',
        state: 'on' as const,
        draft: definition,
        draftRevision: 0,
        latestVersion: 0,
      }
      await stores.flows.add({ ...flow, createdAt: at, updatedAt: at })
      await stores.flows.publish(
        { ...flow, createdAt: at, updatedAt: at },
        { flowId: id, workspaceId, version: 1, definition, publishedAt: at, publishedBy: 'test' },
      )
      await deps.config.bump()
      return id
    },
  }
}

/** A shop at Stripe whose sales a flow sends to an address as signed webhooks, each once. */
export async function wireSales(
  deps: HubDeps,
  workspaceId: string,
  { secret, to, limits }: { secret: string; to: string; limits?: NonNullable<Connection['limits']> },
): Promise<{ shop: WiredConnection; out: WiredConnection }> {
  const wire = wireUp(deps, workspaceId)
  const shop = await wire.connection('stripe', { signingSecret: secret }, { name: 'Lamp shop' })
  const out = await wire.connection('webhook', {}, { name: 'Newsletter', ...(limits ? { limits } : {}) })
  const mappingId = await wire.mapping('webhook', 'sendWebhook', {
    url: fixed(to),
    type: field('event.name'),
    'data.email': field('contact.email'),
  })
  await wire.flow({
    trigger: { connectionId: shop.id, events: ['order.completed'] },
    entry: 'every_event',
    steps: [step(deps, out.id, 'sendWebhook', mappingId)],
  })
  return { shop, out }
}

export function step(
  deps: Pick<HubDeps, 'newId'>,
  connectionId: string,
  actionId: string,
  mappingId: string,
): FlowDefinition['steps'][number] {
  return { kind: 'action', id: deps.newId('stp'), name: '', connectionId, actionId, mappingId }
}

export const field = (path: string): Source => ({ kind: 'field', path })
export const fixed = (value: string | number | boolean): Source => ({ kind: 'fixed', value })

/** Headers with which Stripe would send this body (Stripe, "Verify webhook signatures manually", read 2026-11). */
export function stripeHeaders(body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return { 'content-type': 'application/json', 'stripe-signature': `t=${timestamp},v1=${signature}` }
}

/** A sale as Stripe reports it; the number makes buyer and order. */
export function stripeSale(number: number, over: { customer?: string; eventId?: string } = {}): string {
  const customer = over.customer ?? `cus_${number}`
  return JSON.stringify({
    id: over.eventId ?? `evt_sale_${number}`,
    object: 'event',
    type: 'checkout.session.completed',
    created: 1_795_600_000 + number,
    livemode: false,
    data: {
      object: {
        id: `cs_${number}`,
        object: 'checkout.session',
        mode: 'payment',
        payment_status: 'paid',
        amount_total: 1000 + number,
        amount_subtotal: 1000 + number,
        currency: 'eur',
        customer,
        customer_details: { email: `${customer}@example.com`, name: 'Ada Lovelace', phone: null },
        created: 1_795_600_000 + number,
      },
    },
  })
}
