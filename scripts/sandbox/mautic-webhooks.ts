import { createHmac } from 'node:crypto'
import { shownContact } from './mautic-instance.ts'
import type { Contact, Instance, Webhook } from './mautic-instance.ts'
import { postWebhook } from './post-webhook.ts'
import type { Posted } from './stand-in.ts'

type Told = Record<string, unknown>

/** What each kind of webhook says of a contact; the query says what it is about. */
const facts: Record<string, (contact: Told, query: URLSearchParams, instance: Instance) => Told> = {
  'mautic.lead_post_save_new': (contact) => ({ contact }),
  'mautic.lead_post_save_update': (contact) => ({ contact }),
  'mautic.lead_points_change': (contact, query) => ({
    contact,
    points: { old_points: 0, new_points: Number(query.get('points') ?? 10) },
  }),
  'mautic.lead_post_delete': (contact) => ({ id: contact.id, contact: { ...contact, id: null } }),
  'mautic.lead_channel_subscription_changed': (contact, query) => ({
    contact,
    channel: query.get('channel') ?? 'email',
    old_status: 'contactable',
    new_status: query.get('status') ?? 'unsubscribed',
  }),
  'mautic.lead_list_change': (contact, query) => ({
    contact,
    segment: { id: Number(query.get('segment') ?? 1), name: 'Regulars', alias: 'regulars' },
    action: query.get('action') ?? 'added',
  }),
  'mautic.form_on_submit': (contact, query, instance) => ({
    submission: {
      id: instance.next('submission', 13),
      ipAddress: { ip: '203.0.113.9' },
      form: { id: 4, name: 'Contact us', alias: 'contactus', category: null },
      lead: contact,
      trackingId: 'dd4adafdabe7',
      referer: 'https://lumen.example/contact',
      page: null,
      results: { email: query.get('email') ?? 'zofia.nowak@example.org', message: 'Hello' },
    },
  }),
  'mautic.email_on_open': (contact, _query, instance) => ({
    stat: {
      id: instance.next('stat', 8),
      openCount: 1,
      trackingHash: `hash${instance.next('hash', 1)}`,
      ipAddress: [],
      lead: contact,
      email: { id: 5, name: 'Welcome', subject: 'Hello' },
    },
  }),
  'mautic.page_on_hit': (contact, query, instance) => ({
    hit: {
      id: instance.next('hit', 7),
      url: query.get('url') ?? 'https://lumen.example/workshops',
      page: { id: 1, title: query.get('title') ?? 'Workshops', alias: 'workshops' },
      lead: contact,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0',
      trackingId: '8b11cd912d32',
    },
  }),
}

export const webhookNames: readonly string[] = Object.keys(facts)

/**
 * Posts facts to everybody who asked for them: several kinds, separated by commas, come in one request, as from a
 * queue. It is signed over the bytes that PHP would write. Who answers 410 gets no more. `to` needs the `secret`.
 */
export async function emitWebhook(instance: Instance, query: URLSearchParams): Promise<Posted[]> {
  const contact = contactFor(instance, query)
  const kinds = (query.get('event') ?? '').split(',')
  const timestamp = instance.time()
  const batch = kinds.map((kind) => {
    const told = facts[kind]?.(shownContact(instance, contact, 'webhook'), query, instance)
    return [kind, [{ ...told, timestamp }]] as const
  })
  const asked = [...instance.webhooks.values()].filter(({ isPublished }) => isPublished)
  const to = query.get('to')
  const posts = asked.map(async (hook) => {
    const wanted = batch.filter(([kind]) => hook.triggers.includes(kind))
    if (wanted.length === 0) return []
    return [heeded(hook, await post(hook.webhookUrl, Object.fromEntries(wanted), hook.secret))]
  })
  if (to) posts.push(post(to, Object.fromEntries(batch), query.get('secret') ?? '').then((each) => [each]))
  return (await Promise.all(posts)).flat()
}

function contactFor(instance: Instance, query: URLSearchParams): Contact {
  const email = query.get('email') ?? 'zofia.nowak@example.org'
  const known = instance.byEmail(email)
  if (known) return known
  const contact = instance.create()
  const [firstname = '', ...lastNames] = query.get('name')?.split(' ') ?? ['Zofia']
  const company = query.get('company') ?? (query.has('name') ? '' : 'Kwiaty & Co')
  Object.assign(contact.values, { email, firstname, lastname: lastNames.join(' '), company })
  return contact
}

function post(url: string, batch: Told, secret: string): Promise<Posted> {
  const body = asPhpWrites(batch)
  const signature = createHmac('sha256', secret).update(body).digest('base64')
  const headers = {
    'content-type': 'application/json',
    'x-origin-base-url': 'https://mautic.lumen.example',
    'webhook-signature': signature,
  }
  return postWebhook(url, { headers, body })
}

function heeded(hook: Webhook, posted: Posted): Posted {
  if (posted.status === 410) hook.isPublished = false
  return posted
}

/** Slashes escaped, and everything beyond ASCII as `\u…`. */
function asPhpWrites(data: unknown): string {
  return JSON.stringify(data)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(
      /[\u0080-\uffff]/g,
      (sign) => String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
}
