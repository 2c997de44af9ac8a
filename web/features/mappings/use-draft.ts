import { useState } from 'react'
import { isSame } from './mapping-fields.ts'
import type { MappingFields } from './mapping-fields.ts'

/** A mapping as it is being changed. */
export interface Draft {
  fields: MappingFields
  /** The saved state that the changes are made to. */
  version: number
  isChanged: boolean
  canUndo: boolean
  canRedo: boolean
  /** Changes with the same `of` in a row are undone at once, as typing is. */
  change: (fields: MappingFields, of?: string) => void
  undo: () => void
  redo: () => void
  discard: () => void
  /** Goes on from another saved state, with what is on the screen or with other fields. */
  rebase: (onto: { version: number; fields: MappingFields }, fields?: MappingFields) => void
}

interface History {
  base: { version: number; fields: MappingFields }
  past: readonly MappingFields[]
  present: MappingFields
  future: readonly MappingFields[]
  of?: string
}

const STEPS_MAX = 200

/** What is not saved stays for as long as the tab is open, also while the editor is closed. */
const kept = new Map<string, History>()

export function useDraft(id: string, saved: History['base']): Draft {
  const [history, setHistory] = useState<History>(() => kept.get(id) ?? fresh(saved))
  const isChanged = !isSame(history.present, history.base.fields)
  // Nobody's work is at stake: what somebody else has saved takes its place at once.
  if (!isChanged && saved.version > history.base.version) put(fresh(saved))

  function put(next: History): void {
    if (isSame(next.present, next.base.fields)) kept.delete(id)
    else kept.set(id, next)
    setHistory(next)
  }

  const { past, present, future } = history
  return {
    fields: present,
    version: history.base.version,
    isChanged,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    change(fields, of) {
      if (isSame(fields, present)) return
      const isMore = of !== undefined && of === history.of
      put({
        ...history,
        past: isMore ? past : [...past, present].slice(-STEPS_MAX),
        present: fields,
        future: [],
        of,
      })
    },
    undo() {
      const before = past.at(-1)
      if (before)
        put({
          ...history,
          past: past.slice(0, -1),
          present: before,
          future: [present, ...future],
          of: undefined,
        })
    },
    redo() {
      const [next, ...rest] = future
      if (next) put({ ...history, past: [...past, present], present: next, future: rest, of: undefined })
    },
    discard: () => put(fresh(history.base)),
    rebase: (base, fields = present) =>
      put({
        base,
        past: isSame(fields, present) ? past : [...past, present],
        present: fields,
        future: [],
        of: undefined,
      }),
  }
}

function fresh(base: History['base']): History {
  return { base, past: [], present: base.fields, future: [] }
}
