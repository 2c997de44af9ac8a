import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../ui/Button.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import css from './Shell.module.css'

/** There is no page at this address. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className={css.alone}>
      <PageHeader
        title={t('app.noPage.title')}
        about={t('app.noPage.why')}
        actions={<ButtonLink to="/">{t('app.noPage.home')}</ButtonLink>}
      />
    </main>
  )
}
