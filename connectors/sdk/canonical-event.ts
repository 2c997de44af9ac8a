import { z } from 'zod'
import { compiledSchema } from './compiled-schema.ts'
import { contactDraftSchema, isIdentified } from './contact-draft.ts'
import type { ContactDraft } from './contact-draft.ts'
import type { Reason } from './reason.ts'
import { isEventName, vocabulary } from './vocabulary.ts'
import type { EventName, Word } from './vocabulary.ts'

const maybeText = z.string().optional()

/** Where and how it happened. Loose: what a provider knows beyond this may stand beside it. */
const contextSchema = z.looseObject({
  ip: maybeText,
  user_agent: maybeText,
  locale: maybeText,
  timezone: maybeText,
  page: z
    .looseObject({
      url: maybeText,
      path: maybeText,
      title: maybeText,
      referrer: maybeText,
      search: maybeText,
    })
    .optional(),
  campaign: z
    .looseObject({
      source: maybeText,
      medium: maybeText,
      name: maybeText,
      term: maybeText,
      content: maybeText,
      id: maybeText,
    })
    .optional(),
  device: z.looseObject({ id: maybeText, type: maybeText }).optional(),
  click_ids: z.looseObject({ gclid: maybeText, fbclid: maybeText }).optional(),
  library: maybeText,
  consent: z.looseObject({ analytics: z.boolean().optional(), marketing: z.boolean().optional() }).optional(),
})

export type EventContext = z.output<typeof contextSchema>

/** Who made it happen. `provider` is the vendor's own machinery, `automation` a rule the user set up there. */
export type Actor = 'contact' | 'agent' | 'automation' | 'import' | 'provider'

/** A fact as a connector hands it over: still without an id, a contact record or a place in the order of arrival. */
export interface EventDraft {
  name: EventName
  /** When it happened: RFC 3339. */
  occurred_at: string
  contact?: ContactDraft
  properties?: Record<string, unknown>
  context?: EventContext
  actor?: Actor
  /** Tells events of one name apart that come out of one payload, such as the number of the line. */
  key?: string
}

const instant = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString())

const draftSchema = z.compile(
  z.strictObject({
    name: z.string().transform((name, { issues }): EventName => {
      if (isEventName(name)) return name
      issues.push({ code: 'custom', message: 'is not a name of the vocabulary', input: name })
      return z.NEVER
    }),
    occurred_at: instant,
    contact: contactDraftSchema.optional(),
    properties: z.record(z.string(), z.unknown()).optional(),
    context: contextSchema.optional(),
    actor: z.enum(['contact', 'agent', 'automation', 'import', 'provider']).optional(),
    key: z.string().optional(),
  }),
)

/** Issues carry what they are about, so that what is missing can be told from what is wrong. */
const toldWithInput = { reportInput: true }

export type ParsedDraft = { ok: true; event: EventDraft } | { ok: false; reason: Reason }

/**
 * Checks a draft against the vocabulary. What passes has a known name, an `occurred_at` in UTC, and every property
 * its name promises. What does not is explained by `outside_vocabulary { event, field, problem }`, with all fields that
 * are missing, or the first that is wrong; nothing is thrown.
 */
export function parseEventDraft(draft: unknown): ParsedDraft {
  const parsed = draftSchema.safeParse(draft, toldWithInput)
  if (!parsed.success) return outside(nameOf(draft), parsed.error)

  const event = parsed.data
  const word: Word = vocabulary[event.name]
  const properties = compiledSchema(word.properties).safeParse(event.properties ?? {}, toldWithInput)
  if (!properties.success) return outside(event.name, properties.error, 'properties')
  if (word.needsContact && !isIdentified(event.contact)) {
    const problem = 'needs one of external_id, anonymous_id, email or phone'
    return {
      ok: false,
      reason: { code: 'outside_vocabulary', data: { event: event.name, field: 'contact', problem } },
    }
  }
  return { ok: true, event }
}

function outside(event: string, error: z.ZodError, under?: string): ParsedDraft {
  const missing = error.issues.filter(({ code, input }) => code === 'invalid_type' && input === undefined)
  const told = missing.length > 0 ? missing : error.issues.slice(0, 1)
  const field = told.map(({ path }) => [...(under ? [under] : []), ...path.map(String)].join('.')).join(', ')
  const problem = missing.length > 0 ? 'is missing' : (error.issues[0]?.message ?? '')
  return { ok: false, reason: { code: 'outside_vocabulary', data: { event, field, problem } } }
}

function nameOf(draft: unknown): string {
  const named = z.looseObject({ name: z.string() }).safeParse(draft)
  return named.success ? named.data.name : ''
}
