import { defineRegistration, z } from '#sdk'
import type { Http } from '#sdk'
import { auth } from './auth.ts'
import { idText } from './contact.ts'

/** What flows can use. An older Mautic has fewer. */
const wanted = [
  'mautic.lead_post_save_new',
  'mautic.lead_post_save_update',
  'mautic.lead_points_change',
  'mautic.lead_post_delete',
  'mautic.lead_channel_subscription_changed',
  'mautic.lead_company_change',
  'mautic.lead_list_change',
  'mautic.company_post_save',
  'mautic.company_post_delete',
  'mautic.form_on_submit',
  'mautic.email_on_send',
  'mautic.email_on_open',
  'mautic.page_on_hit',
  'mautic.sms_on_send',
]

const hook = z.looseObject({
  id: idText,
  webhookUrl: z.string(),
  secret: z.string().nullish(),
  isPublished: z.boolean().nullish(),
})
const one = z.looseObject({ hook })
const several = z.looseObject({ hooks: z.union([z.record(z.string(), hook), z.array(hook)]) })
const offeredTriggers = z.looseObject({ triggers: z.record(z.string(), z.unknown()) })

export const registration = defineRegistration({
  auth,
  secretField: 'webhookSecret',
  async register({ http, auth: { webhookSecret } }, { url }) {
    const { triggers } = offeredTriggers.parse(await http.get('api/hooks/triggers').json())
    const json = {
      name: 'Switchyard',
      description: 'Tells Switchyard what happens. It was set up by Switchyard and is removed by it.',
      webhookUrl: url,
      secret: webhookSecret,
      triggers: wanted.filter((trigger) => trigger in triggers),
      // Queued facts in the order in which they happened.
      eventsOrderbyDir: 'ASC',
      isPublished: true,
    }
    const made = one.parse(await http.post('api/hooks/new', { json }).json()).hook
    await removeOthers(http, url, made.id)
    return {
      state: { id: made.id, triggers: wanted.join(' ') },
      // Without one of ours Mautic makes its own up.
      ...(made.secret && made.secret !== webhookSecret ? { secrets: { webhookSecret: made.secret } } : {}),
    }
  },
  async check({ http }, { id = '', triggers }, { url }) {
    const answer = await http.get(`api/hooks/${id}`, { accept: [404] })
    if (answer.status === 404) return 'gone'
    const known = one.parse(answer.json()).hook
    // After a hundred failures in a row, or one answer with status 410, Mautic takes it off by itself.
    if (known.isPublished === false) return 'switched_off'
    return known.webhookUrl === url && triggers === wanted.join(' ') ? 'active' : 'differs'
  },
  async remove({ http }, { id = '' }) {
    await http.delete(`api/hooks/${id}/delete`, { accept: [404, 410] })
  },
})

/** Earlier tries at this address of which nobody knew whether they arrived: each would send everything once more. */
async function removeOthers(http: Http, url: string, kept: string): Promise<void> {
  const { hooks } = several.parse(await http.get('api/hooks', { query: { limit: 200 } }).json())
  const others = Object.values(hooks).filter(({ id, webhookUrl }) => webhookUrl === url && id !== kept)
  for (const { id } of others) await http.delete(`api/hooks/${id}/delete`, { accept: [404] })
}
