import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useAutosave } from '../../app/use-autosave.ts'
import type { Autosave } from '../../app/use-autosave.ts'
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

/** The draft of a flow as it is on the screen, which saves itself. */
export interface Draft extends Pick<Autosave<Definition>, 'state' | 'change' | 'settle'> {
  definition: Definition
  /** Puts another one in its place as a whole. */
  replace: (next: Definition) => void
  /** Raised when the draft was replaced as a whole: parts that keep something of it begin anew. */
  edition: number
  /** Why it could not be saved. */
  problem: string | undefined
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
  const [refusal, setRefusal] = useState<string>()
  const { run, failure } = useAction(SaveDraft)
  const revision = useRef(draftRevision)
  const { state, change, settle, drop, isBusy } = useAutosave<Definition>(async (next) => {
    setRefusal(undefined)
    const answer = (await run({ id, revision: revision.current, definition: writeDefinition(next) }))
      ?.updateFlowDraft
    if (answer?.__typename === 'Flow') {
      revision.current = answer.draftRevision
      return 'saved'
    }
    if (answer) setRefusal(wordOf('error', answer.code, {}, answer.message))
    if (answer?.__typename !== 'FlowChangedMeanwhile') return 'failed'
    reload()
    return 'conflict'
  })

  function show(next: Definition): void {
    setDefinition(next)
    setEdition((count) => count + 1)
  }
  function take(): void {
    revision.current = draftRevision
    drop()
    show(read(draft))
    setRefusal(undefined)
  }
  const onNews = useEffectEvent(() => {
    if (draftRevision > revision.current && !isBusy()) take()
  })
  useEffect(() => onNews(), [draftRevision])

  return {
    definition,
    edition,
    state,
    problem: refusal ?? failure,
    settle,
    revision: () => revision.current,
    change(next) {
      setDefinition(next)
      change(next)
    },
    replace(next) {
      show(next)
      change(next)
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
