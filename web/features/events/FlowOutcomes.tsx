import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf, ResultOf } from '../../graphql/graphql.ts'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Stack } from '../../ui/Stack.tsx'
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

type FlowOutcome = ResultOf<typeof FlowOutcomesFields>['flowOutcomes'][number]

/** Of flows that listen to something else there are many, and nothing is to be learned from them. */
const LISTENS_ELSEWHERE = ['other_event', 'other_connection']

/** Which flows ran for an event, and of every other one why it did not: first those that were asked. */
export function FlowOutcomes({ event }: { event: FragmentOf<typeof FlowOutcomesFields> }) {
  const { t } = useTranslation()
  const { flowOutcomes } = readFragment(FlowOutcomesFields, event)
  const isElsewhere = ({ reason }: FlowOutcome) => LISTENS_ELSEWHERE.includes(reason?.code ?? '')
  const elsewhere = flowOutcomes.filter(isElsewhere)
  const asked = flowOutcomes.filter((outcome) => !isElsewhere(outcome))
  const ranFirst = asked.toSorted((a, b) => Number(b.outcome === 'entered') - Number(a.outcome === 'entered'))
  if (flowOutcomes.length === 0) return <p>{t('event.noFlows')}</p>
  return (
    <Stack gap={2}>
      {asked.length === 0 && <p>{t('event.noFlowAsked')}</p>}
      <OutcomeList outcomes={ranFirst} />
      {elsewhere.length > 0 && (
        <Disclosure label={t('event.flowsElsewhere', { count: elsewhere.length })}>
          {() => <OutcomeList outcomes={elsewhere} />}
        </Disclosure>
      )}
    </Stack>
  )
}

function OutcomeList({ outcomes }: { outcomes: readonly FlowOutcome[] }) {
  const { t } = useTranslation()
  if (outcomes.length === 0) return undefined
  return (
    <ul className={css.flows}>
      {outcomes.map(({ flow, outcome, reason }) => (
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
