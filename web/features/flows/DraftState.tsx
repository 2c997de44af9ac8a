import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import css from './DraftState.module.css'
import type { Draft } from './use-draft.ts'

/** Whether what is on the screen is saved, and what that means for what runs. */
export function DraftState({ draft, isPublished }: { draft: Draft; isPublished: boolean }) {
  const { t } = useTranslation()
  const { state, problem, settle, takeTheirs, keepMine } = draft
  if (state === 'conflict') {
    return (
      <Notice
        tone="bad"
        title={t('flow.draft.conflict.title')}
        action={
          <Stack row gap={2}>
            <Button size="s" onClick={takeTheirs}>
              {t('flow.draft.conflict.theirs')}
            </Button>
            <Button size="s" onClick={keepMine}>
              {t('flow.draft.conflict.mine')}
            </Button>
          </Stack>
        }
      >
        {t('flow.draft.conflict.why')}
      </Notice>
    )
  }
  if (state === 'failed') {
    return (
      <Notice
        tone="bad"
        title={t('flow.draft.failed')}
        action={
          <Button size="s" icon="refresh" onClick={() => void settle()}>
            {t('ui.retry')}
          </Button>
        }
      >
        {problem}
      </Notice>
    )
  }
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
