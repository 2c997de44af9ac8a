import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../ui/Confirm.tsx'
import { toast } from '../../ui/toast-store.ts'

/** Asks once more before what has not been published is dropped. */
export function DiscardDraft({
  onDiscard,
  onClose,
}: {
  /** False where it did not work. */
  onDiscard: () => Promise<boolean>
  onClose: () => void
}) {
  const { t } = useTranslation()
  const [isBusy, setIsBusy] = useState(false)

  async function discard(): Promise<void> {
    setIsBusy(true)
    if (await onDiscard()) toast(t('flow.discard.done'))
    // What went wrong stands on the page, beside the draft.
    onClose()
  }

  return (
    <Confirm
      title={t('flow.discard.title')}
      action={t('flow.discard.do')}
      danger
      busy={isBusy}
      problem={undefined}
      onConfirm={() => void discard()}
      onClose={onClose}
    >
      {t('flow.discard.about')}
    </Confirm>
  )
}
