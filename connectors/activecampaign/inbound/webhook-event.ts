import { z } from '#sdk'
import type { EventDraft } from '#sdk'
import { hookContact, maybeText } from '../contact.ts'

const record = z.record(z.string(), z.unknown())

/** One part of a form, such as `deal[…]`. What is no such thing is as good as absent. */
const part = record.nullish().catch(undefined)

/**
 * What one webhook says. `list` is the number of a list, or an empty zero, or the lists themselves, by type; the form
 * has room for both at once, as `list=0&list[][id]=3`.
 */
export const webhookEvent = z.looseObject({
  type: z.string().min(1),
  date_time: maybeText,
  initiated_from: maybeText,
  initiated_by: maybeText,
  list: z.unknown().optional(),
  contact: hookContact,
  deal: part,
  account: part,
  accountContact: part,
  campaign: part,
  task: part,
  link: part,
  bounce: part,
  sms: part,
  form: part,
  unsubscribe: part,
  note: z.union([z.string(), record]).nullish().catch(undefined),
  tag: maybeText,
  message: maybeText,
  updated_fields: z.unknown().optional(),
  'User-Agent': maybeText,
})

export type WebhookEvent = z.output<typeof webhookEvent>

/** An event without what all parts of one webhook have in common. */
export type Part = Omit<EventDraft, 'occurred_at'>

/** The text under a name, if there is any: forms hold nothing but texts, lists and parts. */
export function textIn(part: Record<string, unknown> | null | undefined, name: string): string | undefined {
  const value = part?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The numbers of the lists that the webhook names. */
export function listsOf({ list }: WebhookEvent): string[] {
  if (typeof list === 'string') return list === '0' || list === '' ? [] : [list]
  if (typeof list !== 'object' || list === null) return []
  return Object.values(list).flatMap((held: unknown) => {
    const id = typeof held === 'string' ? held : idIn(held)
    return id === undefined || id === '0' || id === '' ? [] : [id]
  })
}

function idIn(held: unknown): string | undefined {
  const parsed = z.looseObject({ id: z.string() }).safeParse(held)
  return parsed.success ? parsed.data.id : undefined
}

/** A part within a part. */
export function partIn(
  part: Record<string, unknown> | null | undefined,
  name: string,
): Record<string, unknown> | undefined {
  const held = part?.[name]
  return typeof held === 'object' && held !== null && !Array.isArray(held)
    ? Object.fromEntries(Object.entries(held))
    : undefined
}
