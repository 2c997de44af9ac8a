import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { Notice } from '../../ui/Notice.tsx'
import { Time } from '../../ui/Time.tsx'
import { eventWords } from '../events/event-words.ts'
import { Difference } from '../payload/Difference.tsx'
import { differences } from '../payload/differences.ts'
import { reasonWords } from '../reason-words.ts'
import css from './Samples.module.css'

export const ReplayReceiptSample = graphql(`
  fragment ReplayReceiptSample on ReceiptSample {
    because
    reason {
      code
      data
    }
    events {
      key
      name
      change
      old
      new
    }
    receipt {
      id
      receivedAt
      connection {
        name
      }
    }
  }
`)

/** What some of them would mean now, beside what they meant before. */
export function ReceiptSamples({ samples }: { samples: readonly FragmentOf<typeof ReplayReceiptSample>[] }) {
  const { t } = useTranslation()
  return (
    <ul className={css.samples}>
      {samples.map((masked) => {
        const { receipt, because, reason, events } = readFragment(ReplayReceiptSample, masked)
        const { id, receivedAt, connection } = receipt
        return (
          <li key={id} className={css.sample}>
            <p className={css.head}>
              <strong>{connection?.name ?? t('events.connectionGone')}</strong>{' '}
              <Time at={receivedAt} form="ago" />
            </p>
            {because && <Notice tone="warn">{wordOf('error', because, { reason }, because)}</Notice>}
            {reason && <Notice tone="warn">{reasonWords(reason)}</Notice>}
            {events.map(({ key, name, change, old, new: now }) =>
              change === 'changed' ? (
                <Difference
                  key={key}
                  label={t('replay.event.changed', { event: eventWords(name) })}
                  at={receivedAt}
                  changes={differences(old, now)}
                />
              ) : (
                <p key={key} className={css.quiet}>
                  {t(`replay.event.${change}`, { event: eventWords(name) })}
                </p>
              ),
            )}
          </li>
        )
      })}
    </ul>
  )
}
