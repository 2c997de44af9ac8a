import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { ReplayDialog } from '../replays/ReplayDialog.tsx'
import type { ReplayTarget } from '../replays/use-replay.ts'
import { DeleteFlow } from './DeleteFlow.tsx'
import { DiscardDraft } from './DiscardDraft.tsx'
import { RenameFlow } from './RenameFlow.tsx'

/** What can be done with a flow as a whole. */
export function FlowMenu({
  flow: { id, name },
  keptOut,
  onDiscard,
  onSent,
}: {
  flow: { id: string; name: string }
  /** What its pause kept out; absent where there is nothing to send through. */
  keptOut: ReplayTarget | undefined
  /** Puts the draft back to what is published; absent where there is nothing to discard. */
  onDiscard: (() => Promise<boolean>) | undefined
  onSent: () => void
}) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<'rename' | 'discard' | 'delete'>()
  const [sending, setSending] = useState<ReplayTarget>()
  const close = () => setOpened(undefined)
  return (
    <NeedsRole role="marketer" quietly>
      <Menu
        label={t('flow.menu', { name })}
        entries={[
          ...(keptOut
            ? [
                {
                  label: t('flow.keptOut.ask'),
                  icon: 'play' as const,
                  onSelect: () => setSending(keptOut),
                },
              ]
            : []),
          { label: t('flow.rename.ask'), icon: 'edit', onSelect: () => setOpened('rename') },
          ...(onDiscard
            ? [
                {
                  label: t('flow.discard.ask'),
                  icon: 'refresh' as const,
                  onSelect: () => setOpened('discard'),
                },
              ]
            : []),
          { label: t('flow.delete.ask'), icon: 'trash', danger: true, onSelect: () => setOpened('delete') },
        ]}
      />
      {sending && (
        <ReplayDialog
          target={sending}
          title={t('replay.ask.events')}
          onClose={() => setSending(undefined)}
          onOver={onSent}
        />
      )}
      {opened === 'rename' && <RenameFlow id={id} name={name} onClose={close} />}
      {opened === 'discard' && onDiscard && <DiscardDraft onDiscard={onDiscard} onClose={close} />}
      {opened === 'delete' && <DeleteFlow id={id} name={name} onClose={close} />}
    </NeedsRole>
  )
}
