import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Notice } from '../ui/Notice.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import css from './PageFailed.module.css'

/**
 * Stands where a page would be that stopped: because its code did not come, or by a mistake of ours. What was saved is
 * saved; the technical words help whoever is told about a mistake.
 */
export function PageFailed({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const words = error instanceof Error ? error.message : String(error)
  const hasNotCome = notCome.test(words)
  return (
    <div className={css.failed}>
      <PageHeader title={t(hasNotCome ? 'app.pageNotReached' : 'app.pageFailed.title')} />
      <Notice
        tone={hasNotCome ? 'warn' : 'bad'}
        action={
          <Button icon="refresh" onClick={() => location.reload()}>
            {t('app.pageFailed.reload')}
          </Button>
        }
      >
        {hasNotCome ? (
          t('app.pageNotReachedWhy')
        ) : (
          <>
            <p>{t('app.pageFailed.why')}</p>
            <pre className={css.words}>{words}</pre>
          </>
        )}
      </Notice>
    </div>
  )
}

/** How Chromium, Firefox, Safari and the build's own loader say that a page's code or style could not be fetched. */
const notCome = /dynamically imported module|Importing a module script failed|Unable to preload CSS/i
