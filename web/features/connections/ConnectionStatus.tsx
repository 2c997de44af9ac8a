import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { StatusPill } from '../../ui/StatusPill.tsx'

export const ConnectionStatusFields = graphql(`
  fragment ConnectionStatusFields on Connection {
    state
    signIn {
      state
    }
    health {
      isOpen
      reason {
        code
      }
    }
  }
`)

/** How a connection is, in one word: what a person would have to do about it first. */
export function ConnectionStatus({ connection }: { connection: FragmentOf<typeof ConnectionStatusFields> }) {
  const { t } = useTranslation()
  const { state, signIn, health } = readFragment(ConnectionStatusFields, connection)
  if (state === 'paused') return <StatusPill tone="calm">{t('connection.status.paused')}</StatusPill>
  if (signIn.state === 'needed') return <StatusPill tone="bad">{t('connection.status.signIn')}</StatusPill>
  if (health.isOpen) return <StatusPill tone="bad">{t('connection.status.broken')}</StatusPill>
  return <StatusPill tone="good">{t('connection.status.on')}</StatusPill>
}
