import { defineRegistration, z } from '#sdk'
import type { Http } from '#sdk'
import { apiVersion, auth } from './auth.ts'
import { typesWanted } from './stripe-event.ts'

const endpoint = z.looseObject({
  id: z.string(),
  url: z.string(),
  status: z.string().nullish(),
  enabled_events: z.array(z.string()),
})
/** The secret is told this once and never again (docs.stripe.com/api/webhook_endpoints/object, read 2026-11). */
const made = endpoint.extend({ secret: z.string() })
const several = z.looseObject({ data: z.array(endpoint) })

export const registration = defineRegistration({
  auth,
  canRegister: ({ secretKey, webhookByHub }) => webhookByHub && secretKey !== undefined,
  async register({ http }, { url, id: name }) {
    const form = { url, enabled_events: typesWanted, api_version: apiVersion, description: 'Switchyard' }
    // A try whose answer was lost is answered again with the same endpoint and the same secret.
    const headers = { 'idempotency-key': `switchyard-${name}` }
    const { id, secret } = made.parse(await http.post('v1/webhook_endpoints', { form, headers }).json())
    await removeOthers(http, url, id)
    return { state: { id }, secrets: { signingSecret: secret } }
  },
  async check({ http }, { id = '' }, { url }) {
    const answer = await http.get(`v1/webhook_endpoints/${id}`, { accept: [404] })
    if (answer.status === 404) return 'gone'
    const { status, url: known, enabled_events: types } = endpoint.parse(answer.json())
    if (status === 'disabled') return 'switched_off'
    // A person may have added types there; only what is missing matters.
    const isWhole = types.includes('*') || typesWanted.every((type) => types.includes(type))
    return known === url && isWhole ? 'active' : 'differs'
  },
  async remove({ http }, { id = '' }) {
    await http.delete(`v1/webhook_endpoints/${id}`, { accept: [404] })
  },
})

/** Whatever else leads to this address, made by hand or by an earlier try, would send everything once more. */
async function removeOthers(http: Http, url: string, kept: string): Promise<void> {
  const query = { limit: 100 }
  const { data } = several.parse(await http.get('v1/webhook_endpoints', { query }).json())
  for (const { id } of data.filter((other) => other.url === url && other.id !== kept)) {
    await http.delete(`v1/webhook_endpoints/${id}`, { accept: [404] })
  }
}
