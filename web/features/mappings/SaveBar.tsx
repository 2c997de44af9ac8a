import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useAction } from '../../graphql/use-action.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Time } from '../../ui/Time.tsx'
import { toast } from '../../ui/toast-store.ts'
import { NotSaved } from '../drafts/NotSaved.tsx'
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx'
import { readFields } from './mapping-fields.ts'
import css from './SaveBar.module.css'
import type { Draft } from './use-draft.ts'

const SaveMapping = graphql(
  `
    mutation SaveMapping($id: ID!, $version: Int!, $fields: JSON!, $draftRevision: Int!) {
      saveMapping(id: $id, version: $version, fields: $fields, draftRevision: $draftRevision) {
        __typename
        ... on Mapping {
          id
          version
          fields
          draftRevision
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

/** Undoing, what differs from the version in use, and putting it into use: never over what somebody else saved. */
export function SaveBar({ id, draft, onNews }: { id: string; draft: Draft; onNews: () => void }) {
  const { t } = useTranslation()
  const { run, isBusy, failure } = useAction(SaveMapping)
  const [refusal, setRefusal] = useState<string>()
  const { differences: count, inUse, keptBy, state } = draft
  const isChanged = count > 0
  const isOvertaken = isChanged && draft.version < inUse.version

  async function save(version: number): Promise<void> {
    setRefusal(undefined)
    // What was typed while the rest was being kept is part of that draft, which becomes the version as a whole.
    const answer = (await run({ id, version, ...draft.kept() }))?.saveMapping
    if (!answer) return
    if (answer.__typename === 'Mapping') {
      draft.used({ version: answer.version, fields: readFields(answer.fields) }, answer.draftRevision)
      toast(t('mapping.save.done'))
      return
    }
    const first = answer.__typename === 'InputInvalid' ? answer.problems[0]?.message : undefined
    setRefusal(first ?? wordOf('error', answer.code, {}, answer.message))
    if (answer.__typename === 'MappingChangedMeanwhile') onNews()
  }
  const use = (version: number) => void draft.settleAnd(() => save(version))
  const problem = refusal ?? failure

  return (
    <div className={css.bar}>
      <NotSaved of="mapping" draft={draft} />
      {isOvertaken && state !== 'conflict' && (
        <ChangedMeanwhile
          id={id}
          version={inUse.version}
          isBusy={isBusy}
          onKeepMine={() => use(inUse.version)}
          onTakeTheirs={draft.discard}
        />
      )}
      {problem && !isOvertaken && (
        <Notice tone="bad" title={t('mapping.save.refused')}>
          {problem}
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
        <div className={css.words}>
          <p role="status">
            {isChanged
              ? t('mapping.draft.differs', { count, version: inUse.version })
              : t('mapping.save.saved', { version: inUse.version })}
          </p>
          {isChanged && state === 'saving' && <p>{t('mapping.draft.saving')}</p>}
          {isChanged && state === 'saved' && keptBy && (
            <p>
              {t('mapping.draft.kept', { who: keptBy.savedByName ?? t('mapping.meanwhile.somebody') })}{' '}
              <Time at={keptBy.savedAt} form="ago" />
            </p>
          )}
        </div>
        {isChanged && !isOvertaken && (
          <Button kind="quiet" onClick={draft.discard}>
            {t('mapping.save.discard')}
          </Button>
        )}
        <Button
          kind="primary"
          busy={isBusy}
          disabled={!isChanged || isOvertaken || state === 'conflict'}
          onClick={() => use(draft.version)}
        >
          {t('mapping.save.do')}
        </Button>
      </div>
    </div>
  )
}
