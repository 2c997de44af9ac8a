import { fingerprint, isIdentified, parsePayload, withoutBlanks, z } from '#sdk'
import type { ContactDraft, EventDraft, Hook, NormaliseContext } from '#sdk'

/** What the author of a campaign put into its *Send a webhook*: names of their own, texts all of them. */
export const campaignBody = z.record(z.string(), z.unknown())
export type CampaignBody = z.output<typeof campaignBody>

/** By default a form; JSON where the author asks for it with a header; in the address for GET; nothing for DELETE. */
export function readCampaign(hook: Hook): unknown {
  const inAddress = Object.fromEntries(hook.query)
  if (hook.body.length === 0) return inAddress
  const body = campaignBody.safeParse(parsePayload(hook))
  return body.success ? { ...inAddress, ...body.data } : inAddress
}

/**
 * Nothing would tell a second try from a second time: the campaign tries again after some minutes where the answer got
 * lost, and the same contact may come by again another day. So the same content counts once in six hours: a campaign waits for one before it tries again.
 */
export function campaignKey(_body: CampaignBody, { body, url, receivedAt }: Hook): string {
  const window = Math.floor(receivedAt.getTime() / (6 * 3_600_000))
  return `${fingerprint(Buffer.concat([Buffer.from(new URL(url).search), body]))} ${window}`
}

/** An author names the step by adding `event_name`; otherwise it is `mautic.campaign`. */
export function normaliseCampaign(body: CampaignBody, { receivedAt }: NormaliseContext): EventDraft[] {
  const { event_name: name, ...properties } = body
  const contact = personIn(body)
  const event: EventDraft = {
    name: 'custom.event',
    occurred_at: receivedAt.toISOString(),
    properties: { name: typeof name === 'string' && name !== '' ? name : 'mautic.campaign', properties },
    actor: 'automation',
  }
  return [isIdentified(contact) ? { ...event, contact } : event]
}

/** Fields that keep Mautic's own aliases say who it is about. */
function personIn(body: CampaignBody): ContactDraft {
  const text = (alias: string): string | undefined => {
    const value = body[alias]
    return typeof value === 'string' ? value : undefined
  }
  return withoutBlanks({
    external_id: text('contact_id') ?? text('id'),
    email: text('email'),
    phone: text('mobile') ?? text('phone'),
    first_name: text('firstname'),
    last_name: text('lastname'),
  })
}
