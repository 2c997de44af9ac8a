import { useBlocker } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'

/** Asks before somebody leaves a page on which something is at stake; where a tab is closed, the browser asks. */
export function LeaveGuard({
  isAtStake,
  title,
  leave,
  children,
  onLeave,
}: {
  isAtStake: boolean
  title: string
  /** What the button says that leaves all the same. */
  leave: string
  /** What would be lost. */
  children: ReactNode
  onLeave?: () => void
}) {
  const { t } = useTranslation()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isAtStake && current.pathname !== next.pathname,
    enableBeforeUnload: isAtStake,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  const { proceed, reset } = blocker
  return (
    <Dialog
      opened
      onClose={reset}
      title={title}
      actions={
        <>
          <Button
            onClick={() => {
              onLeave?.()
              proceed()
            }}
          >
            {leave}
          </Button>
          <Button kind="primary" onClick={reset}>
            {t('ui.stay')}
          </Button>
        </>
      }
    >
      <p>{children}</p>
    </Dialog>
  )
}
