import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/Button.tsx'
import { PlainSelect } from '../../ui/Select.tsx'
import { contactWords } from '../contacts/ContactName.tsx'
import { eventWords } from '../events/event-words.ts'
import css from './SampleSwitcher.module.css'
import { MADE_UP, WITHOUT_EMAIL } from './use-samples.ts'
import type { SampleEvent, Samples } from './use-samples.ts'

/** For whom the values are shown: one of the last real people, or somebody who is a special case. */
export function SampleSwitcher({ samples: { events, choice, choose } }: { samples: Samples }) {
  const { t, i18n } = useTranslation()
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  const at = events.findIndex(({ id }) => id === choice)
  const before = events[at - 1]
  const next = events[at + 1]
  const isUnlisted = at < 0 && choice !== WITHOUT_EMAIL && choice !== MADE_UP

  const words = ({ name, recordedAt, contact }: SampleEvent) =>
    t('mapping.sample.event', {
      person: (contact && contactWords(contact)) ?? t('contact.unnamed'),
      event: eventWords(name),
      at: time.format(new Date(recordedAt)),
    })

  return (
    <div className={css.switcher} role="group" aria-label={t('mapping.sample.label')}>
      <span className={css.label}>{t('mapping.sample.label')}</span>
      <IconButton
        framed
        icon="left"
        label={t('mapping.sample.before')}
        disabled={!before}
        onClick={() => before && choose(before.id)}
      />
      <div className={css.choice}>
        <PlainSelect
          label={t('mapping.sample.label')}
          value={choice}
          onChange={choose}
          choices={[
            ...(isUnlisted ? [{ value: choice, label: t('mapping.sample.earlier') }] : []),
            ...events.map((event) => ({ value: event.id, label: words(event) })),
            { value: WITHOUT_EMAIL, label: t('mapping.sample.withoutEmail') },
            { value: MADE_UP, label: t('mapping.sample.madeUp') },
          ]}
        />
      </div>
      <IconButton
        framed
        icon="right"
        label={t('mapping.sample.next')}
        disabled={!next}
        onClick={() => next && choose(next.id)}
      />
      <span className={css.count}>
        {events.length === 0
          ? t('mapping.sample.none')
          : at >= 0 && t('mapping.sample.place', { place: at + 1, count: events.length })}
      </span>
    </div>
  )
}
