import { withoutBlanks } from '#sdk'
import type { EventDraft } from '#sdk'
import { idOf } from '../contact.ts'
import { partIn, textIn } from './webhook-event.ts'
import type { Part, WebhookEvent } from './webhook-event.ts'

/** What somebody does with a campaign that reached them, or did not reach them. */
export const campaignFacts: Record<string, (event: WebhookEvent) => Part[]> = {
  open: (event) => mail(event, 'email.opened', { automated: openedByWhom(event['User-Agent']) }),
  click: (event) => {
    const link_id = textIn(event.link, 'id')
    const link_url = textIn(event.link, 'url')
    return link_id && link_url ? mail(event, 'email.clicked', { link_id, link_url, automated: 'none' }) : []
  },
  reply: (event) => mail(event, 'email.replied', { body: event.message }),
  bounce: (event) => {
    const bounce_type = textIn(event.bounce, 'type')
    if (bounce_type !== 'hard' && bounce_type !== 'soft') return []
    const description = textIn(event.bounce, 'description')
    const mta_response = [textIn(event.bounce, 'code'), description].filter(Boolean).join(' ')
    return mail(event, 'email.bounced', { bounce_type, mta_response })
  },
}

function mail(event: WebhookEvent, name: EventDraft['name'], known: Record<string, unknown>): Part[] {
  const message_id = messageOf(event)
  if (!message_id) return []
  const { campaign } = event
  const message = partIn(campaign, 'message')
  const properties = withoutBlanks({
    message_id,
    campaign_id: textIn(campaign, 'id'),
    campaign_name: textIn(campaign, 'name'),
    subject: textIn(message, 'subject'),
    ...known,
  })
  return [{ name, properties }]
}

/** ActiveCampaign numbers what it sent to everybody, not what each person got. */
export function messageOf({ campaign }: WebhookEvent): string | undefined {
  return idOf(textIn(partIn(campaign, 'message'), 'id')) ?? idOf(textIn(campaign, 'id'))
}

/**
 * Mailboxes that fetch pictures by themselves: Google's and Yahoo's proxies name themselves, Apple's gives nothing but
 * the first word of every browser.
 */
function openedByWhom(userAgent: string | null | undefined): 'none' | 'suspected' {
  if (!userAgent) return 'none'
  return /GoogleImageProxy|YahooMailProxy|^Mozilla\/5\.0$/.test(userAgent) ? 'suspected' : 'none'
}
