import { useTranslation } from 'react-i18next'
import type { Autosave } from '../../app/use-autosave.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Stack } from '../../ui/Stack.tsx'

/** A draft that saves itself, as far as it can. */
interface Draft extends Pick<Autosave<unknown>, 'state' | 'settle'> {
  /** Why it could not be saved. */
  problem: string | undefined
  takeTheirs: () => void
  keepMine: () => void
}

/** Why changes stand on the screen alone, and what can be done about it; nothing where they are saved. */
export function NotSaved({ of, draft }: { of: 'flow' | 'mapping'; draft: Draft }) {
  const { t } = useTranslation()
  const { state, problem, settle, takeTheirs, keepMine } = draft
  if (state === 'conflict') {
    return (
      <Notice
        tone="bad"
        title={t(`draft.conflict.${of}`)}
        action={
          <Stack row gap={2}>
            <Button size="s" onClick={takeTheirs}>
              {t('draft.conflict.theirs')}
            </Button>
            <Button size="s" onClick={keepMine}>
              {t('draft.conflict.mine')}
            </Button>
          </Stack>
        }
      >
        {t('draft.conflict.why')}
      </Notice>
    )
  }
  if (state !== 'failed') return null
  return (
    <Notice
      tone="bad"
      title={t('draft.failed')}
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
