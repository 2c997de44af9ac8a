import { Modal } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Dialog.module.css'

/** A question on top of the page. Focus stays in it, Escape leaves it, and goes back to where it came from. */
export function Dialog({
  opened,
  onClose,
  title,
  children,
  actions,
  size = 'm',
}: {
  opened: boolean
  /** Left out: only what the dialog is about ends it. */
  onClose?: () => void
  title: string
  children: ReactNode
  /** The buttons, the one that does it last. */
  actions?: ReactNode
  size?: 'm' | 'l'
}) {
  const { t } = useTranslation()
  // Most are on the page only while they are open, and one that is taken away while it is open gives nothing back.
  const [opener] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      const isLost = document.activeElement === document.body
      if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    },
    [opener],
  )
  return (
    <Modal
      opened={opened}
      onClose={onClose ?? stay}
      withCloseButton={onClose !== undefined}
      title={title}
      size={size === 'l' ? '52rem' : '31rem'}
      centered
      lockScroll={false}
      transitionProps={{ duration: 120, transition: 'fade' }}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
      classNames={{
        content: css.content,
        header: css.header,
        title: css.title,
        body: css.body,
        overlay: css.overlay,
        close: css.close,
      }}
    >
      {children}
      {actions && <div className={css.actions}>{actions}</div>}
    </Modal>
  )
}

function stay(): void {}
