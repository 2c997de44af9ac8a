import { z } from 'zod'
import type { Demo } from '../demo/start-demo.ts'

/** A page as a person would open it. */
export interface Place {
  /** Names the picture. */
  name: string
  path: string
  /** Seen without being signed in. */
  isEntrance?: true
}

const found = z.object({
  flows: z.object({ items: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })) }),
  sale: z.object({
    items: z.array(z.object({ id: z.string(), contact: z.object({ id: z.string() }).nullable() })),
  }),
  cart: z.object({ items: z.array(z.object({ id: z.string() })) }),
  refused: z.object({ items: z.array(z.object({ id: z.string() })) }),
  unread: z.object({ items: z.array(z.object({ id: z.string() })) }),
  done: z.object({ items: z.array(z.object({ id: z.string() })) }),
  recipes: z.array(z.object({ id: z.string() })),
  mappings: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
})

const query = `{
  flows(first: 20) { items { id name state } }
  sale: events(first: 1, filter: { name: "order.completed" }) { items { id contact { id } } }
  cart: events(first: 1, filter: { name: "cart.abandoned" }) { items { id } }
  refused: receipts(first: 1, filter: { states: [refused] }) { items { id } }
  unread: receipts(first: 1, filter: { states: [not_understood] }) { items { id } }
  done: receipts(first: 1, filter: { states: [done] }) { items { id } }
  recipes { id }
  mappings(first: 50) { items { id name } }
}`

/** Every page of the hub, at the places of the demo that show the most. */
export async function placesOf({ team, tools }: Demo): Promise<Place[]> {
  const { flows, sale, cart, refused, unread, done, recipes, mappings } = found.parse(
    await team.owner.ask(query),
  )
  const [sold] = sale.items
  const thing = (name: string, path: string, id: string | undefined): Place[] =>
    id === undefined ? [] : [{ name, path: `${path}/${id}` }]
  const flowNamed = (part: string) => flows.items.find(({ name }) => name.includes(part))?.id
  return [
    { name: 'sign-in', path: '/sign-in', isEntrance: true },
    { name: 'set-up', path: '/set-up', isEntrance: true },
    { name: 'invitation', path: '/invitation#worn-out', isEntrance: true },
    { name: 'home', path: '/' },
    { name: 'connections', path: '/connections' },
    { name: 'connection-calendar', path: `/connections/${tools.calendar.id}` },
    { name: 'connection-portal', path: `/connections/${tools.portal.id}` },
    { name: 'connection-stripe', path: `/connections/${tools.stripe.id}` },
    { name: 'connection-mautic', path: `/connections/${tools.mautic.id}` },
    { name: 'connections-new', path: '/connections/new' },
    { name: 'connections-new-stripe', path: '/connections/new/stripe' },
    { name: 'connections-new-webhook', path: '/connections/new/webhook' },
    { name: 'flows', path: '/flows' },
    ...thing('flow-sale', '/flows', flowNamed('Sale')),
    ...thing('flow-draft', '/flows', flowNamed('Webinar')),
    { name: 'flow-history', path: `/flows/${flowNamed('Sale') ?? ''}/history` },
    { name: 'flows-new', path: '/flows/new' },
    { name: 'recipe', path: `/flows/new?recipe=${encodeURIComponent(recipes[0]?.id ?? '')}` },
    ...thing('mapping', '/mappings', mappings.items.find(({ name }) => name.startsWith('Sale'))?.id),
    { name: 'events', path: '/events' },
    ...thing('event-sale', '/events', sold?.id),
    ...thing('event-cart', '/events', cart.items[0]?.id),
    { name: 'deliveries', path: '/deliveries' },
    { name: 'deliveries-needs-you', path: '/deliveries?state=needs_you' },
    { name: 'receipts', path: '/receipts' },
    ...thing('receipt-refused', '/receipts', refused.items[0]?.id),
    ...thing('receipt-not-understood', '/receipts', unread.items[0]?.id),
    ...thing('receipt-done', '/receipts', done.items[0]?.id),
    { name: 'contacts', path: '/contacts' },
    { name: 'contacts-reviews', path: '/contacts/reviews' },
    ...thing('contact', '/contacts', sold?.contact?.id),
    { name: 'settings-account', path: '/settings/account' },
    { name: 'settings-members', path: '/settings/members' },
    { name: 'settings-tokens', path: '/settings/tokens' },
    { name: 'settings-keeping', path: '/settings/keeping' },
    { name: 'settings-audit', path: '/settings/audit' },
    { name: 'no-page', path: '/nowhere' },
  ]
}
