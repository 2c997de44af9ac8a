import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../ui/Button.tsx'
import { PageHeader } from '../ui/PageHeader.tsx'
import { Stack } from '../ui/Stack.tsx'
import { Logo } from './Logo.tsx'
import css from './Shell.module.css'

/** There is no page at this address. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className={css.alone}>
      <Stack gap={8}>
        <Logo size="l" />
        <PageHeader title={t('app.noPage.title')} about={t('app.noPage.why')} />
        <div>
          <ButtonLink to="/" kind="primary" icon="home">
            {t('app.noPage.home')}
          </ButtonLink>
        </div>
      </Stack>
    </main>
  )
}
