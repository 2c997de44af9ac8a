import { useTranslation } from 'react-i18next'
import { Button } from './Button.tsx'
import { Notice } from './Notice.tsx'

/** In the place of what could not be loaded: never an empty list, which would read as a loss. */
export function FetchError({ what, why, onRetry }: { what: string; why: string; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Notice
      tone="bad"
      title={what}
      action={
        <Button size="s" icon="refresh" onClick={onRetry}>
          {t('ui.retry')}
        </Button>
      }
    >
      {why}
    </Notice>
  )
}
