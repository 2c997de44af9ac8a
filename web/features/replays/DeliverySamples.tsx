import { useTranslation } from 'react-i18next'
import { graphql, readFragment } from '../../graphql/graphql.ts'
import type { FragmentOf } from '../../graphql/graphql.ts'
import { Notice } from '../../ui/Notice.tsx'
import { ContactNameFields, contactWords } from '../contacts/ContactName.tsx'
import { targetWords } from '../deliveries/input-words.ts'
import { Difference } from '../payload/Difference.tsx'
import { differences } from '../payload/differences.ts'
import css from './Samples.module.css'

export const ReplayDeliverySample = graphql(
  `
    fragment ReplayDeliverySample on DeliverySample {
      oldInput
      newInput
      isChanged
      hasNewer
      problems {
        field
        message
      }
      delivery {
        id
        createdAt
        actionId
        action {
          name
          input {
            name
            label
          }
        }
        contact {
          ...ContactNameFields
        }
      }
    }
  `,
  [ContactNameFields],
)

/** What would be sent to some of them, beside what was made of them before. */
export function DeliverySamples({
  samples,
}: {
  samples: readonly FragmentOf<typeof ReplayDeliverySample>[]
}) {
  const { t } = useTranslation()
  return (
    <ul className={css.samples}>
      {samples.map((masked) => {
        const sample = readFragment(ReplayDeliverySample, masked)
        const { delivery, oldInput, newInput, hasNewer } = sample
        const problems = causesAmong(sample.problems)
        const who = (delivery.contact && contactWords(delivery.contact)) ?? t('contact.unnamed')
        const nameOf = (field: string) => targetWords(delivery.action?.input, field)
        const changes = differences(oldInput, newInput).map((change) => ({
          ...change,
          field: nameOf(change.field),
        }))
        return (
          <li key={delivery.id} className={css.sample}>
            <Difference
              label={t('replay.sample', { who, does: delivery.action?.name ?? delivery.actionId })}
              at={delivery.createdAt}
              changes={problems.length > 0 ? [] : changes}
            />
            {problems.map(({ field, message }) => (
              <Notice
                key={field}
                tone="bad"
                title={field ? t('replay.stillMissing', { field: nameOf(field) }) : undefined}
              >
                {message}
              </Notice>
            ))}
            {problems.length === 0 && changes.length === 0 && (
              <p className={css.quiet}>{t('replay.sameAsBefore')}</p>
            )}
            {hasNewer && <Notice tone="warn">{t('replay.hasNewer')}</Notice>}
          </li>
        )
      })}
    </ul>
  )
}

/** A whole is missing because a part of it could not be made: the part says it all. */
function causesAmong<Problem extends { field: string }>(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ field }) => !problems.some((other) => other.field.startsWith(`${field}.`)))
}
