import { useTranslation } from 'react-i18next'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { needsSomebody, waits } from '../deliveries/delivery-states.ts'
import type { DeliveryState } from '../deliveries/DeliveryStatus.tsx'

/** What became of an event at the destinations, in one word: the worst of it first. */
export function EventOutcome({ states }: { states: readonly DeliveryState[] }) {
  const { t } = useTranslation()
  const count = (of: readonly DeliveryState[]) => states.filter((state) => of.includes(state)).length
  const troubled = count(needsSomebody)
  const waiting = count(waits)
  const delivered = count(['delivered'])
  if (troubled > 0)
    return <StatusPill tone="bad">{t('event.outcome.needsYou', { count: troubled })}</StatusPill>
  if (waiting > 0)
    return <StatusPill tone="waiting">{t('event.outcome.waits', { count: waiting })}</StatusPill>
  if (delivered > 0)
    return <StatusPill tone="good">{t('event.outcome.delivered', { count: delivered })}</StatusPill>
  return (
    <StatusPill tone="calm" icon="dot">
      {states.length > 0 ? t('event.outcome.left') : t('event.outcome.nowhere')}
    </StatusPill>
  )
}
