import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Time } from '../../ui/Time.tsx'

/** A link that is shown once, to be given to one person: only the button ends it, no click beside it and no Escape. */
export function LinkToHandOver({
  title,
  url,
  expiresAt,
  onClose,
}: {
  title: string
  url: string
  expiresAt: string
  onClose: () => void
}) {
  const { t } = useTranslation()
  return (
    <Dialog
      opened
      title={title}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t('ui.done')}
        </Button>
      }
    >
      <p>{t('link.about')}</p>
      <CopyField label={t('link.label')} value={url} />
      <p>
        {t('link.until')} <Time at={expiresAt} />
      </p>
    </Dialog>
  )
}
