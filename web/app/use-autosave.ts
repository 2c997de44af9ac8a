import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react'
import { reachability } from './reachability.ts'

/** Typing goes on; what is typed is saved together. */
const GATHER_MS = 500

/** What is on the screen, which saves itself. */
export interface Autosave<Value> {
  state: 'saved' | 'saving' | 'failed' | 'conflict'
  /** Something is not saved yet. */
  isBusy: () => boolean
  change: (next: Value) => void
  /** Saves what is not saved yet; false where that did not work. */
  settle: () => Promise<boolean>
  /** The same, and then this, before anything else is saved. */
  settleAnd: (act: () => Promise<void>) => Promise<void>
  /** Forgets what is not saved. */
  drop: () => void
}

/**
 * Saves every change by itself, one after the other. What could not be saved is tried again when the hub is back; after
 * a conflict nothing is saved before somebody has decided: `settle` saves one's own, `drop` lets it go.
 */
export function useAutosave<Value>(
  save: (next: Value) => Promise<'saved' | 'failed' | 'conflict'>,
): Autosave<Value> {
  const [state, setState] = useState<Autosave<Value>['state']>('saved')
  const waiting = useRef<{ value: Value }>(undefined)
  const saving = useRef<Promise<boolean>>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  async function saveAll(): Promise<boolean> {
    while (waiting.current) {
      const next = waiting.current
      waiting.current = undefined
      setState('saving')
      const outcome = await save(next.value)
      if (outcome === 'saved') continue
      waiting.current ??= next
      setState(outcome)
      return false
    }
    setState('saved')
    return true
  }
  function settle(): Promise<boolean> {
    clearTimeout(timer.current)
    saving.current ??= saveAll().finally(() => {
      saving.current = undefined
    })
    return saving.current
  }

  const recoveries = useSyncExternalStore(reachability.subscribe, reachability.recoveries)
  const onRecovery = useEffectEvent(() => {
    if (recoveries > 0 && waiting.current && state === 'failed') void settle()
  })
  useEffect(() => onRecovery(), [recoveries])

  const onLeave = useEffectEvent(() => {
    if (waiting.current && state !== 'conflict') void settle()
  })
  useEffect(() => () => onLeave(), [])
  useEffect(() => {
    const hold = (event: BeforeUnloadEvent) => {
      if (waiting.current ?? saving.current) event.preventDefault()
    }
    window.addEventListener('beforeunload', hold)
    return () => window.removeEventListener('beforeunload', hold)
  }, [])

  return {
    state,
    isBusy: () => (waiting.current ?? saving.current) !== undefined,
    settle,
    async settleAnd(act) {
      if (!(await settle())) return
      const acting = act().finally(() => {
        saving.current = undefined
        if (waiting.current) void settle()
      })
      saving.current = acting.then(() => true)
      await acting
    },
    change(value) {
      waiting.current = { value }
      if (state === 'conflict') return
      setState('saving')
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void settle(), GATHER_MS)
    },
    drop() {
      clearTimeout(timer.current)
      waiting.current = undefined
      setState('saved')
    },
  }
}
