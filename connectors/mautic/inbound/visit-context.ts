import { withoutBlanks, z } from '#sdk'
import type { EventDraft } from '#sdk'

/** What Mautic knows of a visit. */
interface Visit {
  ipAddress?: unknown
  userAgent?: string | null | undefined
  locale?: string | null | undefined
  trackingId?: string | null | undefined
  url?: string | null | undefined
  title?: string | null | undefined
  referrer?: string | null | undefined
  query?: Record<string, unknown> | null | undefined
}

/** Where and how it happened. */
export function contextOf(visit: Visit): NonNullable<EventDraft['context']> {
  const utm = (name: string): string | undefined => {
    const value = visit.query?.[`utm_${name}`]
    return typeof value === 'string' ? value : undefined
  }
  return withoutBlanks({
    ip: ipIn(visit.ipAddress),
    user_agent: visit.userAgent,
    locale: visit.locale,
    page: { url: visit.url, title: visit.title, referrer: visit.referrer },
    campaign: {
      source: utm('source'),
      medium: utm('medium'),
      name: utm('campaign'),
      term: utm('term'),
      content: utm('content'),
    },
    // A cookie of Mautic's: it names a browser, which several people may use.
    device: { id: visit.trackingId },
  })
}

const address = z.looseObject({ ip: z.string().optional(), ipAddress: z.string().optional() })

/** An object, or, where Mautic hides or lacks the address, nothing in various spellings. */
function ipIn(held: unknown): string | undefined {
  if (typeof held === 'string') return held || undefined
  const parsed = address.safeParse(held)
  return parsed.success ? parsed.data.ip || parsed.data.ipAddress : undefined
}
