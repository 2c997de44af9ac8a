import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { Button } from '../../ui/Button.tsx'
import { ReplayDialog } from './ReplayDialog.tsx'
import type { ReplayTarget } from './use-replay.ts'

/** Offers to send everything that fits through again, after a look at what would come of it. */
export function ReplayManyButton({
  target,
  isOffered,
  onOver,
}: {
  target: ReplayTarget
  /** False while there is nothing to send; a replay that is looked at stays on the screen all the same. */
  isOffered: boolean
  onOver: () => void
}) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<ReplayTarget>()
  const words = t(`replay.ask.${target.kind}`)
  return (
    <NeedsRole role="marketer" quietly>
      {isOffered && (
        <Button icon="refresh" onClick={() => setOpened(target)}>
          {words}
        </Button>
      )}
      {opened && (
        <ReplayDialog target={opened} title={words} onClose={() => setOpened(undefined)} onOver={onOver} />
      )}
    </NeedsRole>
  )
}
