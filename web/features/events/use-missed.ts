import { useState } from 'react'
import { useLive } from '../../app/live.ts'
import type { News } from '../../app/live.ts'
import { groups } from '../deliveries/delivery-states.ts'

/** What one can look for by what became of it. What has arrived is nearly everything, and is in no index. */
export const outcomes = ['needs_you', 'waits'] as const

interface Missed {
  /** What was shown. */
  of: string
  ids: ReadonlySet<string>
  /** There may be more of them, or none. */
  isUnsure: boolean
}

/** What a list of events is narrowed down to. */
interface Filter {
  connectionId?: string
  name?: string
  contactId?: string
  flowId?: string
  outcome?: (typeof outcomes)[number]
}

/** What came since somebody paused and fits what is shown. Another filter is asked for anew, and has missed nothing. */
export function useMissed({ filter, isCounting }: { filter: Filter; isCounting: boolean }): {
  count: number
  isUnsure: boolean
  forget: () => void
} {
  const of = JSON.stringify(filter)
  const nothing: Missed = { of, ids: new Set(), isUnsure: false }
  const [last, setLast] = useState(nothing)
  const missed = last.of === of ? last : nothing

  // Nobody knows what came in a gap, nor whom an event is about, nor whether a delivery that changed brings its event.
  useLive((news) => {
    if (!isCounting) return
    if (news.kind === 'resumed') return setLast({ ...missed, isUnsure: true })
    if (filter.flowId !== undefined || filter.outcome !== undefined) {
      return mayBring(filter, news) ? setLast({ ...missed, isUnsure: true }) : undefined
    }
    const { kind, event } = news
    if (kind !== 'event' || !event) return
    if (filter.connectionId !== undefined && event.connectionId !== filter.connectionId) return
    if (filter.name !== undefined && event.name !== filter.name) return
    setLast((before) => {
      const { ids, isUnsure } = before.of === of ? before : nothing
      return { of, ids: new Set([...ids, event.id]), isUnsure: isUnsure || filter.contactId !== undefined }
    })
  })
  return { count: missed.ids.size, isUnsure: missed.isUnsure, forget: () => setLast(nothing) }
}

/** A flow that ran, or what became of an event, shows in deliveries. */
function mayBring({ flowId, outcome }: Filter, news: News): boolean {
  if (news.kind !== 'delivery' || !news.delivery) return false
  const { delivery } = news
  const isOfFlow = flowId === undefined || delivery.flowId === flowId
  return isOfFlow && (outcome === undefined || groups[outcome].includes(delivery.state))
}
