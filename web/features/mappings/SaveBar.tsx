import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { toast } from '../../ui/toast-store.ts'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { readFields } from './mapping-fields.ts'
import css from './SaveBar.module.css'
import type { Draft } from './use-draft.ts'

const SaveMapping = graphql(
  `
    mutation SaveMapping($id: ID!, $version: Int!, $fields: JSON!) {
      saveMapping(id: $id, version: $version, fields: $fields) {
        __typename
        ... on Mapping {
          id
          version
          fields
        }
        ... on MappingChangedMeanwhile {
          version
        }
        ... on InputInvalid {
          problems {
            path
            message
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

/** Undoing, and saving what is on the screen, never over what somebody else saved meanwhile. */
export function SaveBar({ id, draft }: { id: string; draft: Draft }) {
  const { t } = useTranslation()
  const { run, isBusy, failure } = useAction(SaveMapping)
  const [refusal, setRefusal] = useState<string>()
  const [theirs, setTheirs] = useState<number>()

  async function save(version: number): Promise<void> {
    setRefusal(undefined)
    const answer = (await run({ id, version, fields: draft.fields }))?.saveMapping
    if (!answer) return
    if (answer.__typename === 'Mapping') {
      setTheirs(undefined)
      draft.rebase({ version: answer.version, fields: readFields(answer.fields) })
      toast(t('mapping.save.done'))
    } else if (answer.__typename === 'MappingChangedMeanwhile') {
      setTheirs(answer.version)
    } else {
      const first = answer.__typename === 'InputInvalid' ? answer.problems[0]?.message : undefined
      setRefusal(first ?? wordOf('error', answer.code, {}, answer.message))
    }
  }

  return (
    <div className={css.bar}>
      {theirs !== undefined && (
        <ChangedMeanwhile
          id={id}
          version={theirs}
          isBusy={isBusy}
          onKeepMine={() => void save(theirs)}
          onTakeTheirs={(fields) => {
            draft.rebase({ version: theirs, fields }, fields)
            setTheirs(undefined)
          }}
        />
      )}
      {(refusal ?? failure) && (
        <Notice tone="bad" title={t('mapping.save.refused')}>
          {refusal ?? failure}
        </Notice>
      )}
      <div className={css.line}>
        <IconButton
          icon="undo"
          label={t('mapping.undo')}
          framed
          disabled={!draft.canUndo}
          onClick={draft.undo}
        />
        <IconButton
          icon="redo"
          label={t('mapping.redo')}
          framed
          disabled={!draft.canRedo}
          onClick={draft.redo}
        />
        <p className={css.words} role="status">
          {draft.isChanged ? t('mapping.save.unsaved') : t('mapping.save.saved', { version: draft.version })}
        </p>
        {draft.isChanged && (
          <Button kind="quiet" onClick={draft.discard}>
            {t('mapping.save.discard')}
          </Button>
        )}
        <Button
          kind="primary"
          busy={isBusy}
          disabled={!draft.isChanged}
          onClick={() => void save(draft.version)}
        >
          {t('mapping.save.do')}
        </Button>
      </div>
    </div>
  )
}
