import { useEffect, useRef, useState } from 'react'
import { useLive } from '../../app/live.ts'
import type { News } from '../../app/live.ts'

/** News that come closer together than this are shown together. */
const GATHER_MS = 600

/**
 * Loads again soon after something came that `concerns` this page. While `isPaused` it only counts what came; `catchUp`
 * loads it.
 */
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
}): { waiting: number; catchUp: () => void } {
  const [waiting, setWaiting] = useState(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  useLive((news) => {
    if (!concerns(news)) return
    if (isPaused) {
      setWaiting((count) => count + 1)
      return
    }
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      reload()
    }, gatherMs)
  })
  return {
    waiting,
    catchUp: () => {
      setWaiting(0)
      reload()
    },
  }
}
