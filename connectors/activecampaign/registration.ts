import { defineRegistration, InputRefusedError, z } from '#sdk'
import type { Http } from '#sdk'
import { auth } from './auth.ts'
import type { Credentials } from './auth.ts'
import { secretParameter } from './inbound/inbounds.ts'

/** What flows can use. Some plans have fewer. */
const wanted = (
  'subscribe unsubscribe update contact_tag_added contact_tag_removed subscriber_note contact_task_add ' +
  'open click reply forward share bounce deal_add deal_update deal_note_add deal_task_add deal_task_complete ' +
  'account_add account_update account_contact_add account_contact_update sms_sent sms_reply sms_unsub'
).split(' ')

const sources = ['public', 'admin', 'api', 'system']

const id = z.union([z.string(), z.number()]).transform(String)
const webhook = z.looseObject({ id, url: z.string(), state: z.union([z.string(), z.number()]).nullish() })
const one = z.looseObject({ webhook })
const several = z.looseObject({ webhooks: z.array(webhook) })
const events = z.looseObject({ webhookEvents: z.array(z.string()) })

export const registration = defineRegistration({
  auth,
  async register({ http, auth: credentials }, hook) {
    const url = addressFor(hook.url, credentials)
    const offered = new Set(events.parse(await http.get('api/3/webhook/events').json()).webhookEvents)
    const json = {
      webhook: {
        name: 'Switchyard',
        url,
        events: wanted.filter((event) => offered.has(event)),
        sources,
      },
    }
    const made = one.parse(await http.post('api/3/webhooks', { json }).json()).webhook
    await removeOthers(http, url, made.id)
    return { state: { id: made.id, events: wanted.join(' ') } }
  },
  async check({ http, auth: credentials }, { id: known = '', events: registered }, hook) {
    const answer = await http.get(`api/3/webhooks/${encodeURIComponent(known)}`, { accept: [404] })
    if (answer.status === 404) return 'gone'
    const { url, state } = one.parse(answer.json()).webhook
    // After one answer with status 410 a webhook stays listed and sends nothing; only a new one helps.
    if (state !== undefined && state !== null && String(state) === '0') return 'switched_off'
    return url === addressFor(hook.url, credentials) && registered === wanted.join(' ') ? 'active' : 'differs'
  },
  async remove({ http }, { id: known = '' }) {
    await http.delete(`api/3/webhooks/${encodeURIComponent(known)}`, { accept: [404, 410] })
  },
})

/** Earlier tries at this address of which nobody knew whether they arrived: each would send everything once more. */
async function removeOthers(http: Http, url: string, kept: string): Promise<void> {
  // Without a filter by address: the address is a secret, and what is asked for is kept.
  const { webhooks } = several.parse(await http.get('api/3/webhooks', { query: { limit: 100 } }).json())
  for (const other of webhooks.filter((each) => each.url === url && each.id !== kept)) {
    await http.delete(`api/3/webhooks/${encodeURIComponent(other.id)}`, { accept: [404] })
  }
}

/** ActiveCampaign reaches the usual port of https only (API reference, “Create a webhook”, read 2026-08). */
function addressFor(hookUrl: string, { hookSecret }: Credentials): string {
  const url = new URL(hookUrl)
  if (url.protocol === 'https:' && url.port !== '') {
    throw new InputRefusedError(
      `ActiveCampaign posts to port 443 only, and the hub’s public address has port ${url.port}. Put the hub behind port 443 and set PUBLIC_URL.`,
    )
  }
  if (hookSecret) url.searchParams.set(secretParameter, hookSecret)
  return url.href
}
