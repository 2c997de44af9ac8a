import type { Account, Contact, Hook } from './activecampaign-account.ts'
import { postWebhook } from './post-webhook.ts'
import type { Posted } from './stand-in.ts'

type Form = Record<string, string | Record<string, string | Record<string, string>>>

/** What each webhook says beside what all of them say; the query says what it is about. */
const bodies: Record<string, (query: URLSearchParams, account: Account) => Form> = {
  subscribe: (query) => ({ list: query.get('list') ?? '1', form: { id: '1' } }),
  unsubscribe: (query) => ({
    list: { 0: { id: query.get('list') ?? '1' } },
    unsubscribe: { reason: 'Too many emails' },
  }),
  update: () => ({}),
  contact_tag_added: (query) => ({ tag: query.get('tag') ?? 'vip' }),
  contact_tag_removed: (query) => ({ tag: query.get('tag') ?? 'vip' }),
  subscriber_note: (query) => ({ note: query.get('note') ?? 'Prefers mornings.' }),
  open: () => ({ campaign, 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' }),
  click: (query) => ({ campaign, link: { id: '5', url: query.get('url') ?? 'https://lumen.example/dates' } }),
  bounce: () => ({ campaign, bounce: { type: 'hard', code: '5.1.1', description: 'No such mailbox' } }),
  deal_add: (query) => ({ deal: deal(query) }),
  deal_update: (query) => ({ deal: deal(query), updated_fields: { 0: 'stage', 1: 'status' } }),
}

const campaign = { id: '19', name: 'Autumn', message: { id: '44', subject: 'New dates' } }

const deal = (query: URLSearchParams): Record<string, string> => ({
  id: query.get('deal') ?? '31',
  title: 'Autumn workshop',
  stageid: '2',
  stage_title: 'Won',
  pipelineid: '1',
  pipeline_title: 'Workshops',
  value: '1,240.50',
  value_raw: '1240.5',
  currency: 'eur',
  owner: '1',
  status: '1',
})

export const webhookNames: readonly string[] = Object.keys(bodies)

/**
 * Posts a webhook to everybody who asked for it: as a form with brackets, one event a request, not signed, and never
 * again. Who answers 410 gets no more.
 */
export async function emitWebhook(account: Account, query: URLSearchParams): Promise<Posted[]> {
  const event = query.get('event') ?? ''
  const email = query.get('email') ?? 'nadia.ferreira@example.org'
  const [firstName = '', ...lastNames] = (query.get('name') ?? 'Nadia').split(' ')
  const named = { firstName, lastName: lastNames.join(' ') }
  const contact = account.byEmail(email) ?? account.sync(email, named).contact
  const form: Form = {
    type: event,
    date_time: account.time(),
    initiated_from: query.get('from') ?? 'admin',
    initiated_by: query.get('from') ?? 'admin',
    list: '0',
    contact: contactIn(account, contact),
    customer_acct_name: '',
    customer_acct_id: '0',
    ...bodies[event]?.(query, account),
  }
  const body = new URLSearchParams(pairs(form)).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const asked = [...account.webhooks.values()].filter(
    ({ events, state }) => state === '1' && events.includes(event),
  )
  const to = query.get('to')
  return Promise.all([
    ...asked.map(async (hook) => heeded(hook, await postWebhook(hook.url, { headers, body }))),
    ...(to ? [postWebhook(to, { headers, body })] : []),
  ])
}

function heeded(hook: Hook, posted: Posted): Posted {
  if (posted.status === 410) hook.state = '0'
  return posted
}

function contactIn(
  account: Account,
  { id, email, firstName, lastName, phone }: Contact,
): Record<string, string> {
  const tags = account.tagNames(id).join(', ')
  return {
    id,
    email,
    first_name: firstName,
    last_name: lastName,
    phone,
    ip: '203.0.113.40',
    tags,
    orgname: '',
  }
}

function pairs(held: Form | Record<string, unknown>, name = ''): [string, string][] {
  return Object.entries(held).flatMap(([key, value]): [string, string][] => {
    const path = name ? `${name}[${key}]` : key
    if (typeof value !== 'object' || value === null) return [[path, String(value)]]
    return pairs(Object.fromEntries(Object.entries(value)), path)
  })
}
