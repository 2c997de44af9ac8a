import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react'
import { reachability } from '../../app/reachability.ts'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { DefinitionFields, readDefinition, writeDefinition } from './definition.ts'
import type { Definition } from './definition.ts'

export const DraftFields = graphql(
  `
    fragment DraftFields on Flow {
      id
      draftRevision
      draft {
        ...DefinitionFields
      }
    }
  `,
  [DefinitionFields],
)

const SaveDraft = graphql(
  `
    mutation SaveFlowDraft($id: ID!, $revision: Int, $definition: FlowDefinitionInput!) {
      updateFlowDraft(id: $id, revision: $revision, definition: $definition) {
        __typename
        ... on Flow {
          id
          draftRevision
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Typing goes on; what is typed is saved together. */
const GATHER_MS = 500

/** The draft of a flow as it is on the screen, which saves itself. */
export interface Draft {
  definition: Definition
  /** Raised when the draft was replaced by what somebody else saved: parts that keep something of it begin anew. */
  edition: number
  state: 'saved' | 'saving' | 'failed' | 'conflict'
  /** Why it could not be saved. */
  problem: string | undefined
  change: (next: Definition) => void
  /** Saves what is not saved yet; false where that did not work. */
  settle: () => Promise<boolean>
  /** Of what is on the screen and saved. */
  revision: () => number
  /** In a conflict: takes what the other one saved, or puts one's own in its place. */
  takeTheirs: () => void
  keepMine: () => void
}

/**
 * Saves every change of the draft by itself, one after the other, and never over what somebody else saved meanwhile.
 * What could not be saved stays on the screen and is tried again when the hub is back.
 */
export function useDraft(flow: FragmentOf<typeof DraftFields>, reload: () => void): Draft {
  const { id, draftRevision, draft } = readFragment(DraftFields, flow)
  const [definition, setDefinition] = useState(() => read(draft))
  const [edition, setEdition] = useState(0)
  const [state, setState] = useState<Draft['state']>('saved')
  const [refusal, setRefusal] = useState<string>()
  const { run, failure } = useAction(SaveDraft)
  const revision = useRef(draftRevision)
  const waiting = useRef<Definition>(undefined)
  const saving = useRef<Promise<boolean>>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  async function saveAll(): Promise<boolean> {
    while (waiting.current) {
      const next = waiting.current
      waiting.current = undefined
      setState('saving')
      setRefusal(undefined)
      const answer = (await run({ id, revision: revision.current, definition: writeDefinition(next) }))
        ?.updateFlowDraft
      if (answer?.__typename === 'Flow') {
        revision.current = answer.draftRevision
        continue
      }
      waiting.current ??= next
      if (answer) setRefusal(wordOf('error', answer.code, {}, answer.message))
      const isConflict = answer?.__typename === 'FlowChangedMeanwhile'
      setState(isConflict ? 'conflict' : 'failed')
      if (isConflict) reload()
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
  function take(): void {
    revision.current = draftRevision
    waiting.current = undefined
    setDefinition(read(draft))
    setEdition((count) => count + 1)
    setState('saved')
    setRefusal(undefined)
  }

  const onNews = useEffectEvent(() => {
    if (draftRevision > revision.current && !waiting.current && !saving.current) take()
  })
  useEffect(() => onNews(), [draftRevision])

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
    definition,
    edition,
    state,
    problem: refusal ?? failure,
    settle,
    revision: () => revision.current,
    change(next) {
      setDefinition(next)
      waiting.current = next
      if (state === 'conflict') return
      setState('saving')
      clearTimeout(timer.current)
      timer.current = setTimeout(() => void settle(), GATHER_MS)
    },
    takeTheirs: take,
    keepMine() {
      revision.current = draftRevision
      void settle()
    },
  }
}

function read(draft: FragmentOf<typeof DefinitionFields>): Definition {
  return readDefinition(readFragment(DefinitionFields, draft))
}
