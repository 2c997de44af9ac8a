import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { NeedsRole } from '../../app/NeedsRole.tsx'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { ReplayDialog } from '../replays/ReplayDialog.tsx'
import type { ReplayTarget } from '../replays/use-replay.ts'

export const KeptOutFields = graphql(`
  fragment KeptOutFields on Flow {
    id
    state
    pausedAt
    keptOut
  }
`)

/** More than that are not counted. */
const COUNTED_MAX = 10_000

/** What the pause of a flow kept out and can be sent through; nothing while it goes on, or where there is none. */
export function keptOutOf(flow: FragmentOf<typeof KeptOutFields>): ReplayTarget | undefined {
  const { id, state, pausedAt, keptOut } = readFragment(KeptOutFields, flow)
  return state === 'on' && pausedAt !== null && keptOut > 0
    ? { kind: 'events', flowId: id, pausedAt }
    : undefined
}

/** Where somebody saw the flow paused and now sees it on: how many events came meanwhile, and an offer to send them. */
export function KeptOut({ flow, onOver }: { flow: FragmentOf<typeof KeptOutFields>; onOver: () => void }) {
  const { t, i18n } = useTranslation()
  const { state, keptOut: count } = readFragment(KeptOutFields, flow)
  const [wasPaused, setWasPaused] = useState(state === 'paused')
  const [opened, setOpened] = useState<ReplayTarget>()
  const target = keptOutOf(flow)
  if (state === 'paused' && !wasPaused) setWasPaused(true)
  const shown = new Intl.NumberFormat(i18n.language).format(count)
  return (
    <NeedsRole role="marketer" quietly>
      <div role="status">
        {target && wasPaused && (
          <Notice
            title={t(count >= COUNTED_MAX ? 'flow.keptOut.more' : 'flow.keptOut.count', { count, shown })}
            action={
              <>
                <Button size="s" onClick={() => setOpened(target)}>
                  {t('flow.keptOut.look')}
                </Button>
                <Button size="s" kind="quiet" onClick={() => setWasPaused(false)}>
                  {t('ui.leaveIt')}
                </Button>
              </>
            }
          >
            {t('flow.keptOut.about')}
          </Notice>
        )}
      </div>
      {opened && (
        <ReplayDialog
          target={opened}
          title={t('replay.ask.events')}
          onClose={() => setOpened(undefined)}
          onOver={onOver}
        />
      )}
    </NeedsRole>
  )
}
