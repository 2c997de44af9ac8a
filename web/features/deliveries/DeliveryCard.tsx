import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { useMay } from '../../app/me.tsx'
import { Card } from '../../ui/Card.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Time } from '../../ui/Time.tsx'
import { VendorLogo } from '../VendorLogo.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import { reasonWords } from '../reason-words.ts'
import { AttemptExchanges } from './AttemptExchanges.tsx'
import { needsSomebody } from './delivery-states.ts'
import { DeliveryActions, DeliveryActionsFields } from './DeliveryActions.tsx'
import css from './DeliveryCard.module.css'
import { DeliveryStatus } from './DeliveryStatus.tsx'
import { inputWords, sentWords, targetWords } from './input-words.ts'

export const DeliveryCardFields = graphql(
  `
    fragment DeliveryCardFields on Delivery {
      id
      state
      reason {
        code
        data
      }
      nextTryAt
      ahead {
        id
      }
      replayOf {
        id
      }
      input
      problems {
        field
        message
      }
      action {
        name
        input {
          name
          label
          choices
          choiceLabels
        }
      }
      actionId
      flow {
        id
        name
      }
      connection {
        id
        name
        connector {
          name
          logo
        }
      }
      attempts {
        id
        startedAt
        outcome
        status
        reason {
          code
          data
        }
      }
      ...DeliveryActionsFields
    }
  `,
  [DeliveryActionsFields],
)

/** What we sent to one destination, how it went, and what can be done about it. */
export function DeliveryCard({
  delivery: masked,
  onChanged,
}: {
  delivery: FragmentOf<typeof DeliveryCardFields>
  onChanged: () => void
}) {
  const { t } = useTranslation()
  const maySeeWire = useMay('marketer')
  const delivery = readFragment(DeliveryCardFields, masked)
  const { connection, flow, action, actionId, attempts, state, reason, problems, input, nextTryAt } = delivery
  const does = action?.name ?? actionId
  const where = connection?.name ?? t('delivery.connectionGone')

  return (
    <Card label={t('delivery.label', { does, where })}>
      <div className={css.head}>
        <VendorLogo svg={connection?.connector?.logo} size="s" />
        <div className={css.words}>
          <h3 className={css.title}>{t('delivery.title', { does, where })}</h3>
          <p className={css.flow}>
            {flow ? t('delivery.byFlow', { flow: flow.name }) : t('delivery.flowGone')}
            {delivery.replayOf && <> · {t('delivery.isReplay')}</>}
          </p>
        </div>
        <DeliveryStatus state={state} />
      </div>

      {reason && state !== 'delivered' && (
        <Notice tone={needsSomebody.includes(state) ? 'bad' : 'warn'} title={reasonWords(reason)}>
          {nextTryAt && state === 'retrying' && (
            <>
              {t('delivery.nextTry')} <Time at={nextTryAt} form="ago" />
            </>
          )}
          {connection && state === 'parked' && (
            <Link to="/connections/$id" params={{ id: connection.id }}>
              {t('delivery.lookAtConnection', { where })}
            </Link>
          )}
        </Notice>
      )}
      {delivery.ahead && <p className={css.note}>{t('delivery.waitsForEarlier')}</p>}
      {problems.length > 0 && (
        <ul className={css.problems}>
          {problems.map(({ field, message }) => (
            <li key={field}>
              <strong>{targetWords(action?.input, field)}</strong> {message}
            </li>
          ))}
        </ul>
      )}

      {input !== null && (
        <PayloadView
          label={t('delivery.input')}
          payload={input}
          nameOf={(path) => inputWords(action?.input, path)}
          wordsOf={(path, value) => sentWords(action?.input, path, value)}
        />
      )}
      {attempts.length > 0 && (
        <ol className={css.attempts}>
          {attempts.map((attempt, at) => (
            <li key={attempt.id} className={css.attempt}>
              <span className={css.line}>
                <strong>{t(`attempt.outcome.${attempt.outcome}`, { number: at + 1 })}</strong>
                {attempt.status !== null && <code>{attempt.status}</code>}
                <Time at={attempt.startedAt} />
              </span>
              {attempt.reason && <span className={css.why}>{reasonWords(attempt.reason)}</span>}
              {maySeeWire && (
                <Disclosure label={t('attempt.show')}>
                  {() => <AttemptExchanges deliveryId={delivery.id} attemptId={attempt.id} />}
                </Disclosure>
              )}
            </li>
          ))}
        </ol>
      )}
      <DeliveryActions delivery={delivery} onChanged={onChanged} />
    </Card>
  )
}
