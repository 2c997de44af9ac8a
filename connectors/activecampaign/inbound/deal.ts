import { majorOf, minorOf, withoutBlanks } from '#sdk'
import type { ContactDraft } from '#sdk'
import { idOf } from '../contact.ts'
import { textIn } from './webhook-event.ts'
import type { Part, WebhookEvent } from './webhook-event.ts'

type Deal = Record<string, unknown>

/** What a deal looks like at the moment of the webhook. */
export function dealIn(deal: Deal): Record<string, unknown> {
  return withoutBlanks({
    deal_id: textIn(deal, 'id'),
    deal_name: textIn(deal, 'title'),
    pipeline_id: textIn(deal, 'pipelineid'),
    pipeline_name: textIn(deal, 'pipeline_title'),
    stage: textIn(deal, 'stageid'),
    stage_name: textIn(deal, 'stage_title'),
    status: statuses[textIn(deal, 'status') ?? ''],
    owner: textIn(deal, 'owner'),
    ...amountIn(deal),
  })
}

const statuses: Record<string, string> = { 0: 'open', 1: 'won', 2: 'lost' }

/**
 * `value` is written for people (`1,044,055.00`); `value_raw` is the same number bare, in whole units and not in cents
 * as in the API (captured webhook of 2024-02). Accounts that send no raw value are read by the one spelling that
 * cannot be misread.
 */
function amountIn(deal: Deal): Record<string, number | string> {
  const currency = textIn(deal, 'currency')?.toUpperCase()
  const raw = textIn(deal, 'value_raw') ?? plainNumber(textIn(deal, 'value'))
  if (!currency || !/^[A-Z]{3}$/.test(currency) || !raw || !/^\d+(\.\d+)?$/.test(raw)) return {}
  const amount_minor = minorOf(raw, currency)
  return { amount_minor, amount: majorOf(amount_minor, currency), currency }
}

function plainNumber(written: string | undefined): string | undefined {
  return written && /^\d{1,3}(,\d{3})*\.\d+$/.test(written) ? written.replaceAll(',', '') : undefined
}

/** Whose deal it is, where the webhook has no contact of its own. */
export function contactOfDeal(deal: Deal): ContactDraft {
  return withoutBlanks({
    external_id: idOf(textIn(deal, 'contactid')),
    email: textIn(deal, 'contact_email'),
    first_name: textIn(deal, 'contact_firstname'),
    last_name: textIn(deal, 'contact_lastname'),
  })
}

/** A changed deal: what changed, and what that means where the stage or the outcome is among it. */
export function dealUpdates(event: WebhookEvent, deal: Deal): Part[] {
  const held = dealIn(deal)
  const names = changedFields(event)
  const changes = names.map((name) => ({
    field: ourNames[name] ?? name,
    new: held[ourNames[name] ?? name] ?? textIn(deal, name) ?? null,
  }))
  const parts: Part[] = [{ name: 'deal.updated', properties: { ...held, changes } }]
  if (names.some((name) => ourNames[name] === 'stage') && held.stage) {
    // The webhook tells the new stage only.
    const moved = { pipeline_id: held.pipeline_id ?? null, old_stage: null, new_stage: held.stage }
    parts.push({ name: 'deal.stage_changed', properties: { ...held, ...moved } })
  }
  if (names.includes('status') && held.status === 'won') parts.push({ name: 'deal.won', properties: held })
  if (names.includes('status') && held.status === 'lost') parts.push({ name: 'deal.lost', properties: held })
  return parts
}

/** The vendor's names of what can change, as it spells them in webhooks and in its API. */
const ourNames: Record<string, string> = {
  title: 'deal_name',
  value: 'amount',
  stage: 'stage',
  stageid: 'stage',
  pipeline: 'pipeline_id',
  pipelineid: 'pipeline_id',
  group: 'pipeline_id',
}

/** A list of names, or one name for each key. */
function changedFields({ updated_fields: told }: WebhookEvent): string[] {
  if (typeof told === 'string') return told === '' ? [] : [told]
  if (typeof told !== 'object' || told === null) return []
  return Object.entries(told).map(([key, value]: [string, unknown]) =>
    /^\d*$/.test(key) && typeof value === 'string' ? value : key,
  )
}
