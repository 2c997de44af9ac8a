import { useTranslation } from 'react-i18next'
import type { graphql } from '../../graphql/graphql.ts'
import { StatusPill } from '../../ui/StatusPill.tsx'
import type { Tone } from '../../ui/StatusPill.tsx'

/** What can become of a request that arrived. */
export type ReceiptState = ReturnType<typeof graphql.scalar<'ReceiptState'>>

const tones: Record<ReceiptState, Tone> = {
  stored: 'waiting',
  done: 'good',
  duplicate: 'calm',
  not_understood: 'bad',
  refused: 'bad',
}

/** How a request that arrived is, as icon and word. */
export function ReceiptStatus({ state }: { state: ReceiptState }) {
  const { t } = useTranslation()
  return <StatusPill tone={tones[state]}>{t(`receipt.state.${state}`)}</StatusPill>
}
