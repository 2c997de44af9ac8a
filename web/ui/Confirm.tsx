import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Notice } from './Notice.tsx'

/** Asks once more before something that cannot be taken back, and says what follows from it. */
export function Confirm({
  title,
  children,
  action,
  danger = false,
  busy,
  problem,
  onConfirm,
  onClose,
}: {
  title: string
  children: ReactNode
  /** What the button does, as a verb. */
  action: string
  danger?: boolean
  busy: boolean
  /** Why it was not done. */
  problem: string | undefined
  onConfirm: () => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  return (
    <Dialog
      opened
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <div>{children}</div>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </Dialog>
  )
}
