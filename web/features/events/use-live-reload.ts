import { useEffect, useRef } from 'react'
import { useLive } from '../../app/live.ts'
import type { News } from '../../app/live.ts'

/** News that come closer together than this are shown together. */
const GATHER_MS = 600

/** Loads again soon after something came that `concerns` this page, and not while `isPaused`. */
export function useLiveReload({
  concerns,
  reload,
  isPaused = false,
  gatherMs = GATHER_MS,
}: {
  concerns: (news: News) => boolean
  reload: () => void
  isPaused?: boolean
  /** For what costs the hub more than a list. */
  gatherMs?: number
}): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  useLive((news) => {
    if (isPaused || !concerns(news)) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      reload()
    }, gatherMs)
  })
}
