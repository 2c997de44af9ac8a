import { useBlocker } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'

/** Asks before somebody leaves the page with changes that could not be kept. The browser asks before a tab is closed. */
export function LeaveGuard({ isAtStake, onDiscard }: { isAtStake: boolean; onDiscard: () => void }) {
  const { t } = useTranslation()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isAtStake && current.pathname !== next.pathname,
    enableBeforeUnload: false,
    withResolver: true,
  })
  if (blocker.status !== 'blocked') return null
  const { proceed, reset } = blocker
  return (
    <Dialog
      opened
      onClose={reset}
      title={t('mapping.leave.title')}
      actions={
        <>
          <Button
            onClick={() => {
              onDiscard()
              proceed()
            }}
          >
            {t('mapping.leave.discard')}
          </Button>
          <Button kind="primary" onClick={reset}>
            {t('mapping.leave.stay')}
          </Button>
        </>
      }
    >
      <p>{t('mapping.leave.why')}</p>
    </Dialog>
  )
}
