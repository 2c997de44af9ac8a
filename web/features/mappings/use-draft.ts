import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useAutosave } from '../../app/use-autosave.ts'
import type { Autosave } from '../../app/use-autosave.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { isSame, readFields } from './mapping-fields.ts'
import type { MappingFields } from './mapping-fields.ts'

export const DraftFields = graphql(`
  fragment MappingDraftFields on Mapping {
    id
    version
    fields
    draftRevision
    draft {
      version
      fields
      savedAt
      savedByName
    }
  }
`)

const SaveDraft = graphql(
  `
    mutation SaveMappingDraft($id: ID!, $version: Int!, $revision: Int!, $fields: JSON!) {
      saveMappingDraft(id: $id, version: $version, revision: $revision, fields: $fields) {
        __typename
        ... on Mapping {
          id
          draftRevision
        }
        ... on InputInvalid {
          problems {
            message
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** A mapping as it is being changed, which keeps itself beside the version that is in use. */
export interface Draft extends Pick<Autosave<MappingFields>, 'state' | 'settle' | 'settleAnd'> {
  fields: MappingFields
  /** The version that the changes are made to. */
  version: number
  inUse: Version
  /** How many fields are different in the version that is in use. */
  differences: number
  /** Who kept it last, and when. */
  keptBy: ResultOf<typeof DraftFields>['draft']
  /** Why it could not be kept. */
  problem: string | undefined
  canUndo: boolean
  canRedo: boolean
  /** Changes with the same `of` in a row are undone at once, as typing is. */
  change: (fields: MappingFields, of?: string) => void
  undo: () => void
  redo: () => void
  /** Back to the version that is in use. */
  discard: () => void
  /** Forgets what could not be kept. */
  drop: () => void
  /** What is on the screen, and the revision at which it is kept once all of it is. */
  kept: () => { fields: MappingFields; draftRevision: number }
  /** What is kept at this revision has become a version. */
  used: (inUse: Version, revision: number) => void
  /** Where somebody else changed the draft meanwhile: takes theirs, or puts one's own in its place. */
  takeTheirs: () => void
  keepMine: () => void
}

interface Version {
  version: number
  fields: MappingFields
}

interface History {
  past: readonly MappingFields[]
  present: MappingFields
  future: readonly MappingFields[]
  of?: string
}

const STEPS_MAX = 200

/** What can be undone, for as long as the tab is open: also after the editor was closed. */
const kept = new Map<string, History>()

/**
 * Keeps every change by itself, and never over what somebody else changed meanwhile. Whoever may not change the mapping
 * sees the version that is in use.
 */
export function useDraft(
  mapping: FragmentOf<typeof DraftFields>,
  isReadOnly: boolean,
  reload: () => void,
): Draft {
  const { id, draftRevision, draft: stored, ...newest } = readFragment(DraftFields, mapping)
  const theirs = isReadOnly ? null : stored
  const [inUse, setInUse] = useState(() => read(newest))
  const [history, setHistory] = useState<History>(() => {
    const { fields } = read(theirs ?? newest)
    const before = kept.get(id)
    return before && isSame(before.present, fields) ? before : fresh(fields)
  })
  const base = useRef({ revision: draftRevision, version: (theirs ?? newest).version })
  const [version, setVersion] = useState((theirs ?? newest).version)
  const [refusal, setRefusal] = useState<string>()
  const { run, failure } = useAction(SaveDraft)
  const { state, change, settle, settleAnd, drop, isBusy } = useAutosave<MappingFields>(async (fields) => {
    setRefusal(undefined)
    const answer = (await run({ id, ...base.current, fields }))?.saveMappingDraft
    if (answer?.__typename === 'Mapping') {
      base.current.revision = answer.draftRevision
      return 'saved'
    }
    if (answer) {
      const first = answer.__typename === 'InputInvalid' ? answer.problems[0]?.message : undefined
      setRefusal(first ?? wordOf('error', answer.code, {}, answer.message))
    }
    if (answer?.__typename !== 'MappingDraftChangedMeanwhile') return 'failed'
    reload()
    return 'conflict'
  })
  const { past, present, future } = history
  const latest = useRef(present)
  useEffect(() => {
    latest.current = present
  })

  function startFrom(next: number): void {
    base.current.version = next
    setVersion(next)
  }
  /** What somebody else did can be undone as well. */
  function take(): void {
    const { fields, version: from } = read(theirs ?? newest)
    base.current.revision = draftRevision
    startFrom(from)
    setInUse(read(newest))
    drop()
    setRefusal(undefined)
    if (!isSame(fields, present)) setHistory({ past: [...past, present], present: fields, future: [] })
  }
  function go(next: History): void {
    setHistory(next)
    if (isSame(next.present, inUse.fields)) startFrom(inUse.version)
    change(next.present)
  }
  function put(fields: MappingFields, of?: string): void {
    if (isSame(fields, present)) return
    const isMore = of !== undefined && of === history.of
    go({ past: isMore ? past : [...past, present].slice(-STEPS_MAX), present: fields, future: [], of })
  }

  const onNews = useEffectEvent(() => {
    if (draftRevision > base.current.revision && !isBusy()) take()
    else if (newest.version > inUse.version) {
      setInUse(read(newest))
      // Nobody's work is at stake: what somebody else has saved takes its place at once.
      if (isSame(present, inUse.fields)) {
        setHistory(fresh(read(newest).fields))
        startFrom(newest.version)
      }
    }
  })
  useEffect(() => onNews(), [draftRevision, newest.version, state])
  useEffect(() => void kept.set(id, history), [id, history])

  return {
    fields: present,
    version,
    inUse,
    differences: differencesOf(present, inUse.fields),
    keptBy: theirs,
    problem: refusal ?? failure,
    state,
    settle,
    settleAnd,
    drop,
    kept: () => ({ fields: latest.current, draftRevision: base.current.revision }),
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    change: put,
    undo() {
      const before = past.at(-1)
      if (before) go({ past: past.slice(0, -1), present: before, future: [present, ...future] })
    },
    redo() {
      const [next, ...rest] = future
      if (next) go({ past: [...past, present], present: next, future: rest })
    },
    discard: () => put(inUse.fields),
    used(next, revision) {
      base.current.revision = Math.max(base.current.revision, revision)
      startFrom(next.version)
      setInUse(next)
    },
    takeTheirs: take,
    keepMine() {
      base.current.revision = draftRevision
      void settle()
    },
  }
}

function fresh(fields: MappingFields): History {
  return { past: [], present: fields, future: [] }
}

function read({ version, fields }: Pick<ResultOf<typeof DraftFields>, 'version' | 'fields'>): Version {
  return { version, fields: readFields(fields) }
}

function differencesOf(one: MappingFields, other: MappingFields): number {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].filter((name) => !isSame(one[name] ?? null, other[name] ?? null)).length
}
