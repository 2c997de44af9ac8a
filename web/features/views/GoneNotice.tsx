import { useTranslation } from 'react-i18next'
import { Notice } from '../../ui/Notice.tsx'

/** What a list is narrowed down by has been deleted, as an old view or an old link may have it. */
export function GoneNotice({ what }: { what: 'connection' | 'flow' }) {
  const { t } = useTranslation()
  return (
    <Notice tone="warn" title={t(`views.gone.${what}`)}>
      {t('views.gone.about')}
    </Notice>
  )
}
