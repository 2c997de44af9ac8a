import { useTranslation } from 'react-i18next'
import { graphql } from '../../graphql/graphql.ts'
import type { ResultOf } from '../../graphql/graphql.ts'
import { RefusalFields } from '../../graphql/refusal.ts'
import { useData } from '../../graphql/use-data.ts'
import { useKept } from '../../graphql/use-kept.ts'
import { wordOf } from '../../i18n/word-of.ts'
import { FetchError } from '../../ui/FetchError.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { PayloadView } from '../payload/PayloadView.tsx'
import { useDesk } from './desk.ts'
import { InputInWords } from './InputInWords.tsx'
import type { Shown } from './use-samples.ts'

const WholeQuery = graphql(
  `
    query WholePreview(
      $connectorId: String!
      $actionId: String!
      $fields: JSON!
      $eventId: ID
      $sample: JSON
    ) {
      previewMapping(
        connectorId: $connectorId
        actionId: $actionId
        fields: $fields
        eventId: $eventId
        sample: $sample
      ) {
        __typename
        ... on MappingPreview {
          input
          request
          jsonata
          problems {
            label
            message
          }
        }
        ...RefusalFields
      }
    }
  `,
  [RefusalFields],
)

type Answer = ResultOf<typeof WholeQuery>['previewMapping']

/** What would be sent for the shown person, or what is in the way; `inDetail`, as the tool gets it, and as JSONata. */
export function WholePreview({ shown, inDetail = false }: { shown: Shown; inDetail?: boolean }) {
  const { t } = useTranslation()
  const { connectorId, actionId, fields } = useDesk()
  const asked = { connectorId, actionId, fields, ...shown.asked }
  const { data, failure, reload } = useData(WholeQuery, asked)
  const answer = useKept(data)?.previewMapping
  if (!answer) {
    return failure ? (
      <FetchError what={t('mapping.whole.notLoaded')} why={failure} onRetry={reload} />
    ) : (
      <Skeleton lines={4} />
    )
  }
  return (
    <>
      <Sent answer={answer} person={shown.person} />
      {inDetail && answer.__typename === 'MappingPreview' && (
        <>
          {answer.request !== null && (
            <PayloadView label={t('mapping.whole.request')} payload={answer.request} />
          )}
          <PayloadView label={t('mapping.jsonata')} payload={answer.jsonata} />
        </>
      )}
    </>
  )
}

function Sent({ answer, person }: { answer: Answer; person: string }) {
  const { t } = useTranslation()
  if (answer.__typename !== 'MappingPreview') {
    return <Notice tone="bad">{wordOf('error', answer.code, {}, answer.message)}</Notice>
  }
  if (answer.problems.length > 0) {
    return (
      <Notice tone="warn" title={t('mapping.whole.inTheWay', { person })}>
        <ul>
          {answer.problems.map(({ label, message }) => (
            <li key={`${label} ${message}`}>{message}</li>
          ))}
        </ul>
      </Notice>
    )
  }
  return (
    <Section title={t('mapping.whole.sent', { person })} framed>
      <InputInWords input={answer.input} />
    </Section>
  )
}
