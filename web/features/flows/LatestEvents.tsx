import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Notice } from '../../ui/Notice.tsx'
import { Time } from '../../ui/Time.tsx'
import { contactWords } from '../contacts/ContactName.tsx'
import { eventWords } from '../events/event-words.ts'
import css from './LatestEvents.module.css'
import type { Trial } from './use-trial.ts'

/** From here on the hub does not count any further. */
const COUNTED_MAX = 10_000
const SHOWN = 3

/** How many such events came lately, and whom the newest are about. */
export function LatestEvents({ trial: { lastWeek, tried } }: { trial: Trial }) {
  const { t, i18n } = useTranslation()
  if (tried.length === 0) {
    return <Notice title={t('flow.trial.none.title')}>{t('flow.trial.none.why')}</Notice>
  }
  const shown = new Intl.NumberFormat(i18n.language).format(lastWeek)
  return (
    <div className={css.latest}>
      <p>
        {t(lastWeek >= COUNTED_MAX ? 'flow.trial.countMore' : 'flow.trial.count', { count: lastWeek, shown })}
      </p>
      <ul className={css.events}>
        {tried.slice(0, SHOWN).map(({ event }) => (
          <li key={event.id}>
            <Link to="/events/$eventId" params={{ eventId: event.id }}>
              {eventWords(event.name)}
            </Link>{' '}
            · {(event.contact && contactWords(event.contact)) ?? t('events.nobody')} ·{' '}
            <Time at={event.recordedAt} form="ago" />
          </li>
        ))}
      </ul>
    </div>
  )
}
