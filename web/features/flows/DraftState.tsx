import { useTranslation } from 'react-i18next'
import { NotSaved } from '../drafts/NotSaved.tsx'
import css from './DraftState.module.css'
import type { Draft } from './use-draft.ts'

/** Whether what is on the screen is saved, and what that means for what runs. */
export function DraftState({ draft, isPublished }: { draft: Draft; isPublished: boolean }) {
  const { t } = useTranslation()
  const { state } = draft
  if (state === 'conflict' || state === 'failed') return <NotSaved of="flow" draft={draft} />
  return (
    <p className={css.state} role="status">
      {state === 'saving'
        ? t('flow.draft.saving')
        : isPublished
          ? t('flow.draft.savedBeside')
          : t('flow.draft.saved')}
    </p>
  )
}
