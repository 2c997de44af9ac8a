import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { reasonWords } from '../reason-words.ts'
import css from './FlowOutcomes.module.css'

export const FlowOutcomesFields = graphql(`
  fragment FlowOutcomesFields on Event {
    flowOutcomes {
      outcome
      version
      reason {
        code
        data
      }
      flow {
        id
        name
      }
    }
  }
`)

/** Which flows ran for an event, and of every other one why it did not. */
export function FlowOutcomes({ event }: { event: FragmentOf<typeof FlowOutcomesFields> }) {
  const { t } = useTranslation()
  const { flowOutcomes } = readFragment(FlowOutcomesFields, event)
  if (flowOutcomes.length === 0) return <p>{t('event.noFlows')}</p>
  return (
    <ul className={css.flows}>
      {flowOutcomes.map(({ flow, outcome, reason }) => (
        <li key={flow.id} className={css.flow}>
          <Link to="/flows/$flowId" params={{ flowId: flow.id }} className={css.name}>
            {flow.name}
          </Link>
          {outcome === 'entered' ? (
            <StatusPill tone="good">{t('event.flowRan')}</StatusPill>
          ) : (
            <StatusPill tone="calm" icon="right">
              {t('event.flowDidNot')}
            </StatusPill>
          )}
          {reason && (
            <span className={css.why}>
              {reasonWords(reason)}
              {reason.code === 'filter_false' && (
                <>
                  {' '}
                  <Link to="/flows/$flowId" params={{ flowId: flow.id }} search={{ open: 'if' }} hash="if">
                    {t('event.toCondition')}
                  </Link>
                </>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
