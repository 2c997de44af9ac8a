import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'
import type { Draft } from './use-draft.ts'

/** Why changes stand on the screen alone, and what can be done about it. */
export function NotKept({ draft }: { draft: Draft }) {
  const { t } = useTranslation()
  const { state, problem, settle, takeTheirs, keepMine } = draft
  if (state === 'conflict') {
    return (
      <Notice
        tone="bad"
        title={t('mapping.draft.conflict.title')}
        action={
          <Stack row gap={2}>
            <Button size="s" onClick={takeTheirs}>
              {t('mapping.draft.conflict.theirs')}
            </Button>
            <Button size="s" onClick={keepMine}>
              {t('mapping.draft.conflict.mine')}
            </Button>
          </Stack>
        }
      >
        {t('mapping.draft.conflict.why')}
      </Notice>
    )
  }
  if (state !== 'failed') return null
  return (
    <Notice
      tone="bad"
      title={t('mapping.draft.failed')}
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
