import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import css from './PageFailed.module.css'

/** A mistake of ours stopped the page. What was saved is saved; the technical words help whoever is told about it. */
export function PageFailed({ error }: { error: unknown }) {
  const { t } = useTranslation()
  return (
    <div className={css.failed}>
      <Notice
        tone="bad"
        title={t('app.pageFailed.title')}
        action={
          <Button icon="refresh" onClick={() => location.reload()}>
            {t('app.pageFailed.reload')}
          </Button>
        }
      >
        <p>{t('app.pageFailed.why')}</p>
        <pre className={css.words}>{error instanceof Error ? error.message : String(error)}</pre>
      </Notice>
    </div>
  )
}
