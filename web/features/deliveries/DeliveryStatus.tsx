import { useTranslation } from 'react-i18next'
import type { graphql } from '../../graphql/graphql.ts'
import type { IconName } from '../../ui/icons.ts'
import { StatusPill } from '../../ui/StatusPill.tsx'
import type { Tone } from '../../ui/StatusPill.tsx'

/** What can become of a delivery. */
export type DeliveryState = ReturnType<typeof graphql.scalar<'DeliveryState'>>

const looks: Record<DeliveryState, { tone: Tone; icon?: IconName }> = {
  queued: { tone: 'waiting' },
  sending: { tone: 'waiting', icon: 'right' },
  retrying: { tone: 'waiting', icon: 'refresh' },
  parked: { tone: 'waiting', icon: 'pause' },
  delivered: { tone: 'good' },
  needs_mapping: { tone: 'bad' },
  refused: { tone: 'bad' },
  failed: { tone: 'bad' },
  unconfirmed: { tone: 'bad' },
  cancelled: { tone: 'calm', icon: 'cross' },
  skipped: { tone: 'calm', icon: 'right' },
}

/** How a delivery is, as icon and word. */
export function DeliveryStatus({ state }: { state: DeliveryState }) {
  const { t } = useTranslation()
  const { tone, icon } = looks[state]
  return (
    <StatusPill tone={tone} {...(icon ? { icon } : {})}>
      {t(`delivery.state.${state}`)}
    </StatusPill>
  )
}
