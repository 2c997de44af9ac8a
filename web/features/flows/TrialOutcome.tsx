import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { StatusPill } from '../../ui/StatusPill.tsx'
import { Table } from '../../ui/Table.tsx'
import { Time } from '../../ui/Time.tsx'
import { contactWords } from '../contacts/ContactName.tsx'
import { eventWords } from '../events/event-words.ts'
import { reasonWords } from '../reason-words.ts'
import css from './TrialOutcome.module.css'
import type { Trial } from './use-trial.ts'

/** How many of the newest events would have passed, and of each why not. */
export function TrialOutcome({ trial: { tried } }: { trial: Trial }) {
  const { t } = useTranslation()
  if (tried.length === 0) return null
  const passing = tried.filter(({ passes }) => passes).length
  return (
    <div className={css.outcome}>
      <p role="status" className={css.words}>
        {t('flow.trial.passes', { passing, count: tried.length })}
      </p>
      <Disclosure label={t('flow.trial.which')}>
        {() => (
          <Table
            label={t('flow.trial.which')}
            rows={tried}
            rowKey={({ event }) => event.id}
            columns={[
              {
                key: 'event',
                header: t('events.column.what'),
                cell: ({ event }) => (
                  <Link to="/events/$eventId" params={{ eventId: event.id }}>
                    {eventWords(event.name)}
                  </Link>
                ),
              },
              {
                key: 'who',
                header: t('events.column.who'),
                cell: ({ event }) => (event.contact && contactWords(event.contact)) ?? t('events.nobody'),
              },
              {
                key: 'outcome',
                header: t('events.column.outcome'),
                wide: true,
                cell: ({ passes, reason }) =>
                  passes ? (
                    <StatusPill tone="good">{t('flow.trial.pass')}</StatusPill>
                  ) : (
                    reason && reasonWords(reason)
                  ),
              },
              {
                key: 'when',
                header: t('events.column.when'),
                align: 'end',
                cell: ({ event }) => <Time at={event.recordedAt} form="ago" />,
              },
            ]}
          />
        )}
      </Disclosure>
    </div>
  )
}
