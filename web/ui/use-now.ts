import { useSyncExternalStore } from 'react'

const EVERY_MS = 15_000

let now = Date.now()
let clock: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  clock ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, EVERY_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(clock)
    clock = undefined
  }
}

function read(): number {
  // Nobody has kept it going: it may be of an hour ago.
  if (!clock) now = Math.floor(Date.now() / 1000) * 1000
  return now
}

/** The time in milliseconds, as it was within the last quarter of a minute; the same for all who ask. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read)
}
