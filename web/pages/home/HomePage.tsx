import { useTranslation } from 'react-i18next'
import { PageHeader } from '../../ui/PageHeader.tsx'

/** Where one looks first. */
export function HomePage() {
  const { t } = useTranslation()
  return <PageHeader title={t('home.title')} />
}
