import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Time } from '../../ui/Time.tsx'
import { ContactNameFields, contactWords } from '../contacts/ContactName.tsx'
import { EventNameFields, happened } from '../events/event-words.ts'
import { reasonWords } from '../reason-words.ts'
import css from './Samples.module.css'

export const ReplayKeptOutSample = graphql(
  `
    fragment ReplayKeptOutSample on KeptOutSample {
      reason {
        code
        data
      }
      event {
        id
        recordedAt
        ...EventNameFields
        contact {
          ...ContactNameFields
        }
      }
    }
  `,
  [ContactNameFields, EventNameFields],
)

/** Whether the flow would run now for some of the events that its pause kept out. */
export function KeptOutSamples({ samples }: { samples: readonly FragmentOf<typeof ReplayKeptOutSample>[] }) {
  const { t } = useTranslation()
  return (
    <ul className={css.samples}>
      {samples.map((masked) => {
        const { event, reason } = readFragment(ReplayKeptOutSample, masked)
        const who = (event.contact && contactWords(event.contact)) ?? t('contact.unnamed')
        return (
          <li key={event.id} className={css.sample}>
            <p className={css.head}>
              <strong>{t('replay.sample', { who, does: happened(event) })}</strong>{' '}
              <Time at={event.recordedAt} form="ago" />
            </p>
            <p className={css.quiet}>
              {t('replay.keptOut.was')}{' '}
              {reason ? t('replay.keptOut.stays', { why: reasonWords(reason) }) : t('replay.keptOut.enters')}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
